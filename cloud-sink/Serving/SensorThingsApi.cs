using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The scores as OGC SensorThings 1.1 (https://docs.ogc.org/is/18-088/18-088.html), to be read: a site is a Thing, a score or a behaviour's points a
/// Datastream, a zone a FeatureOfInterest, a day an Observation. A part of the standard; what is not done is refused.
/// </summary>
internal static class SensorThingsApi
{
    public const string Path = "/sta/v1.1";

    private const string Score = "score", Measurement = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement", GeoJson = "application/geo+json";

    private static readonly string[] ByName = ["name", "id"], ByTime = ["phenomenonTime", "result"];

    private static readonly string[] Sets = ["Things", "Locations", "Datastreams", "Sensors", "ObservedProperties", "FeaturesOfInterest"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Path).WithTags("SensorThings");
        Get(api, "", "What there is.", (context, _) => Root(context));
        foreach (var set in Sets)
        {
            Get(api, $"/{set}", $"{set}: $top, $skip, $count, $filter by name and id.", (context, city) => All(context, Entries(set, city, context)));
            api.MapGet($"/{set}('{{id}}')", (HttpContext context, SensorThingsCity city, string id) =>
                    One(set, city, context, id) is { } found ? (IResult)TypedResults.Ok(found.Make()) : Unknown())
                .WithSummary($"One of {set}.").Produces<JsonObject>().ProducesProblem(StatusCodes.Status404NotFound);
        }

        foreach (var (set, inner) in (ReadOnlySpan<(string, string)>)[("Things", "Datastreams"), ("Things", "Locations"), ("Datastreams", "Observations")])
        {
            api.MapGet($"/{set}('{{id}}')/{inner}", (HttpContext context, SensorThingsCity city, string id) => Inside(context, city, set, inner, id))
                .WithSummary($"{inner} of one of {set}{(inner == "Observations" ? ": $filter by phenomenonTime and result" : "")}.").Produces<JsonObject>()
                .ProducesProblem(StatusCodes.Status404NotFound).ProducesValidationProblem();
        }
    }

    private static void Get(IEndpointRouteBuilder api, string path, string summary, Func<HttpContext, SensorThingsCity, IResult> answer) =>
        api.MapGet(path, (HttpContext context, SensorThingsCity city) => answer(context, city)).WithSummary(summary).Produces<JsonObject>().ProducesValidationProblem();

    private static Ok<JsonObject> Root(HttpContext context) => TypedResults.Ok(new JsonObject
    {
        ["value"] = new JsonArray([.. Sets.Select(set => new JsonObject { ["name"] = set, ["url"] = Address(context, set) })]),
        ["serverSettings"] = new JsonObject
        {
            ["conformance"] = new JsonArray([.. Sets.Select(set => (JsonNode)$"http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/{char.ToLowerInvariant(set[0])}{set[1..]}")]),
        },
    });

    private static IResult Inside(HttpContext context, SensorThingsCity city, string set, string inner, string id)
    {
        if (set == "Things")
        {
            return city.Sites(id).Any() ? All(context, Entries(inner, city, context, id)) : Unknown();
        }

        return city.Find(id) is { } stream
            ? All(context, Observations(context, city, stream), ByTime, one => one, (query, one) => query.Takes("result", (double)one["result"]!)
                && query.Takes("phenomenonTime", DateOnly.ParseExact(((string)one["@iot.id"]!)[^10..], "yyyy-MM-dd", CultureInfo.InvariantCulture)))
            : Unknown();
    }

    private static IResult All(HttpContext context, IEnumerable<Entry> entries) =>
        All(context, entries, ByName, one => one.Make(), (query, one) => query.Takes("name", one.Name) && query.Takes("id", one.Id));

    /// <summary>A page of entities: those that the filter takes, from the first that is not passed over. Only what is on the page is made.</summary>
    private static IResult All<T>(
        HttpContext context, IEnumerable<T> entities, string[] fields, Func<T, JsonObject> make, Func<SensorThingsQuery, T, bool> takes)
    {
        var asked = new Asked();
        var query = SensorThingsQuery.Read(context.Request.Query, fields, asked);
        if (asked.IsFaulty)
            return asked.Problem();
        var taken = entities.Where(one => takes(query, one));
        var page = taken.Skip(query.Skip).Take(query.Top + 1).ToList();
        var answer = new JsonObject();
        if (query.Count)
            answer["@iot.count"] = taken.Count();
        if (page.Count > query.Top && query.Top > 0)
        {
            var next = context.Request.Query.Where(pair => pair.Key != "$skip").SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value))
                .Append(KeyValuePair.Create("$skip", (string?)(query.Skip + query.Top).ToString(CultureInfo.InvariantCulture)));
            answer["@iot.nextLink"] = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}{QueryString.Create(next)}";
        }

        answer["value"] = new JsonArray([.. page.Take(query.Top).Select(make)]);
        return TypedResults.Ok(answer);
    }

    /// <param name="set">One of the sets.</param>
    /// <param name="city">Where from.</param>
    /// <param name="context">Of the request.</param>
    /// <param name="site">Only what belongs to this site; null for all.</param>
    private static IEnumerable<Entry> Entries(string set, SensorThingsCity city, HttpContext context, string? site = null) => set switch
    {
        "Things" => city.Sites(site).Select(one => new Entry(one, one, () => Entity(
            context, set, one, one, "A site: zones that are scored.", (("Datastreams", $"Things('{one}')/Datastreams"), ("Locations", $"Things('{one}')/Locations"))))),
        "Locations" => city.PlacedSites(site).Select(one => new Entry(
            one, one, () => Placed(Entity(context, set, one, one, "The middle of the site's zones.", null), "location", city.PointOf(one)!))),
        "Datastreams" => city.Streams(site).Select(stream => Stream(context, stream)),
        "Sensors" => [new Entry("anonymised-counts", "Anonymised counts", () => Sensor(context))],
        "ObservedProperties" => city.Properties().Select(one => new Entry(one.Name, one.Name, () => Defined(Entity(context, set, one.Name, one.Name, one.Definition, null)))),
        _ => city.Zones(site).Select(zone => Feature(context, zone, city)),
    };

    private static Entry? One(string set, SensorThingsCity city, HttpContext context, string id) => set switch
    {
        "Things" or "Locations" => Entries(set, city, context, id).FirstOrDefault(),
        "Datastreams" => city.Find(id) is { } stream ? Stream(context, stream) : null,
        "FeaturesOfInterest" => city.FindZone(id) is { } zone ? Feature(context, zone, city) : null,
        _ => Entries(set, city, context).FirstOrDefault(one => one.Id == id),
    };

    private static Entry Stream(HttpContext context, SensorThingsCity.Stream stream) =>
        new(stream.Id, $"{stream.Zone} {stream.Property}", () => EntityOf(context, stream));

    private static JsonObject EntityOf(HttpContext context, SensorThingsCity.Stream stream)
    {
        var entity = Entity(
            context, "Datastreams", stream.Id, $"{stream.Zone} {stream.Property}",
            stream.Property == Score ? "The score of a zone, 0 to 100, day by day." : "The points that a behaviour gives or takes, day by day.",
            (("Observations", $"Datastreams('{stream.Id}')/Observations"), ("Thing", $"Things('{stream.Site}')")));
        entity["unitOfMeasurement"] = new JsonObject { ["name"] = "point", ["symbol"] = "point", ["definition"] = "/api/policy" };
        entity["observationType"] = Measurement;
        entity["properties"] = new JsonObject { ["site"] = stream.Site, ["zone"] = stream.Zone };
        entity["ObservedProperty@iot.navigationLink"] = Address(context, $"ObservedProperties('{stream.Property}')");
        entity["Sensor@iot.navigationLink"] = Address(context, "Sensors('anonymised-counts')");
        return entity;
    }

    private static IEnumerable<JsonObject> Observations(HttpContext context, SensorThingsCity city, SensorThingsCity.Stream stream) =>
        city.History(stream.Zone).Where(day => stream.Property == Score || day.Behaviours.Any(one => one.Name == stream.Property)).Select(day => new JsonObject
        {
            ["@iot.id"] = $"{stream.Id}:{day.AsOf:yyyy-MM-dd}",
            ["phenomenonTime"] = $"{day.AsOf:yyyy-MM-dd}T00:00:00Z/{day.AsOf.AddDays(1):yyyy-MM-dd}T00:00:00Z",
            ["resultTime"] = null,
            ["result"] = stream.Property == Score ? day.Score : day.Behaviours.First(one => one.Name == stream.Property).Points,
            ["parameters"] = new JsonObject { ["halfWidth"] = day.HalfWidth, ["grade"] = day.Grade.ToString(), ["policy"] = day.Policy },
            ["Datastream@iot.navigationLink"] = Address(context, $"Datastreams('{stream.Id}')"),
            ["FeatureOfInterest@iot.navigationLink"] = Address(context, $"FeaturesOfInterest('{stream.Zone}')"),
        });

    private static JsonObject Sensor(HttpContext context)
    {
        var entity = Entity(context, "Sensors", "anonymised-counts", "Anonymised counts", Scoring.Explanation.Guarantee, null);
        entity["encodingType"] = "text/html";
        entity["metadata"] = "/api/devices";
        return entity;
    }

    private static Entry Feature(HttpContext context, ZoneSummary zone, SensorThingsCity city) => new(zone.Zone, city.TitleOf(zone.Zone), () =>
    {
        var entity = Entity(context, "FeaturesOfInterest", zone.Zone, city.TitleOf(zone.Zone), "A zone: the scored unit of space.", null);
        return city.PointOfZone(zone.Zone) is { } point ? Placed(entity, "feature", point) : entity;
    });

    private static JsonObject Placed(JsonObject entity, string field, (double Longitude, double Latitude)? point)
    {
        entity["encodingType"] = GeoJson;
        entity[field] = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(point!.Value.Longitude, point.Value.Latitude) };
        return entity;
    }

    private static JsonObject Defined(JsonObject entity)
    {
        entity["definition"] = "/api/policy";
        return entity;
    }

    private static JsonObject Entity(
        HttpContext context, string set, string id, string name, string description, ((string Name, string Path) One, (string Name, string Path) Other)? links)
    {
        var entity = new JsonObject { ["@iot.id"] = id, ["@iot.selfLink"] = Address(context, $"{set}('{id}')"), ["name"] = name, ["description"] = description };
        foreach (var (link, path) in links is { } both ? [both.One, both.Other] : (ReadOnlySpan<(string, string)>)[])
            entity[$"{link}@iot.navigationLink"] = Address(context, path);
        return entity;
    }

    private static string Address(HttpContext context, string path) => $"{context.Request.Scheme}://{context.Request.Host}{Path}/{path}";

    private static ProblemHttpResult Unknown() =>
        TypedResults.Problem($"There is no such entity; {Path} lists the sets that there are.", statusCode: StatusCodes.Status404NotFound, title: "Unknown entity");

    /// <summary>An entity that is made when it is shown: there may be a million that are not.</summary>
    private sealed record Entry(string Id, string Name, Func<JsonObject> Make);
}
