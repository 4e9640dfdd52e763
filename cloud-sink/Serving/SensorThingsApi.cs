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
            Get(api, $"/{set}", $"{set}: $top, $skip, $count, $filter by name and id.", (context, city) => All(context, All(set, city, context), ByName));
            api.MapGet($"/{set}('{{id}}')", (HttpContext context, SensorThingsCity city, string id) =>
                    All(set, city, context).FirstOrDefault(one => (string?)one["@iot.id"] == id) is { } found ? (IResult)TypedResults.Ok(found) : Unknown())
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
            return city.Sites().Contains(id)
                ? All(context, All(inner, city, context).Where(one => (string?)one["@iot.id"] == id || (string?)one["properties"]?["site"] == id), ByName)
                : Unknown();
        }

        return city.Find(id) is { } stream ? All(context, Observations(context, city, stream), ByTime) : Unknown();
    }

    /// <summary>A page of entities: those that the filter takes, from the first that is not passed over.</summary>
    private static IResult All(HttpContext context, IEnumerable<JsonObject> entities, string[] fields)
    {
        var asked = new Asked();
        var query = SensorThingsQuery.Read(context.Request.Query, fields, asked);
        if (asked.IsFaulty)
            return asked.Problem();
        var taken = entities.Where(one => fields == ByName
            ? query.Takes("name", (string)one["name"]!) && query.Takes("id", (string)one["@iot.id"]!)
            : query.Takes("result", (double)one["result"]!) && query.Takes("phenomenonTime", DateOnly.ParseExact(((string)one["@iot.id"]!)[^10..], "yyyy-MM-dd", CultureInfo.InvariantCulture)));
        if (query.Count)
            taken = [.. taken];
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

        answer["value"] = new JsonArray([.. page.Take(query.Top)]);
        return TypedResults.Ok(answer);
    }

    private static IEnumerable<JsonObject> All(string set, SensorThingsCity city, HttpContext context) => set switch
    {
        "Things" => city.Sites().Select(site => Entity(context, set, site, site, "A site: zones that are scored.", (("Datastreams", $"Things('{site}')/Datastreams"), ("Locations", $"Things('{site}')/Locations")))),
        "Locations" => city.Sites().Where(site => city.PointOf(site) is not null).Select(site => Placed(Entity(context, set, site, site, "The middle of the site's zones.", null), "location", city.PointOf(site)!)),
        "Datastreams" => city.Streams().Select(stream => Stream(context, stream)),
        "Sensors" => [Sensor(context)],
        "ObservedProperties" => city.Properties().Select(one => Defined(Entity(context, set, one.Name, one.Name, one.Definition, null))),
        _ => city.Zones().Select(zone => Feature(context, zone, city)),
    };

    private static JsonObject Stream(HttpContext context, SensorThingsCity.Stream stream)
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

    private static JsonObject Feature(HttpContext context, ZoneSummary zone, SensorThingsCity city)
    {
        var entity = Entity(context, "FeaturesOfInterest", zone.Zone, city.TitleOf(zone.Zone), "A zone: the scored unit of space.", null);
        return city.PointOfZone(zone.Zone) is { } point ? Placed(entity, "feature", point) : entity;
    }

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
}
