using System.Reflection;
using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>As of a record: no field can be added to the manifest that the schema does not name, or that could describe a person.</summary>
public sealed class NothingPersonalManifestTests
{
    /// <summary>Words that would be personal of somebody, and are not here: of a message, of the set-up, of a file of weights.</summary>
    private static readonly string[] Permitted = ["ManifestTopic.Direction", "ManifestZone.TracksPerPerson"];

    /// <summary>How many passages a release needs is a term, no passage; what a model, a field or a topic is called is no name of anybody.</summary>
    private static readonly string[] Forbidden = [.. PersonalWords.OfPersons.Except(["passage", "passages", "tracks"]), .. PersonalWords.OfDetails];

    private static readonly Type[] Plain =
        [typeof(string), typeof(int), typeof(long), typeof(bool), typeof(decimal), typeof(decimal?), typeof(DateOnly), typeof(PrivacyProfile), typeof(MessageDirection)];

    private static readonly string[] Published = [.. NamesIn(JsonDocument.Parse(PrivacyManifestSchema.Text).RootElement)];

    [Fact]
    public void Every_property_of_the_manifest_is_named_by_the_schema_and_none_is_personal() =>
        Assert.Empty(Faults(typeof(PrivacyManifest)));

    [Fact]
    public void It_names_no_camera_and_nothing_of_the_network()
    {
        string[] forbidden = ["camera", "source", "host", "port", "url", "uri", "broker", "user", "password", "credential", "address", "ip", "latitude", "longitude", "polygon"];

        Assert.DoesNotContain(Published, name => PersonalWords.In(name).Any(forbidden.Contains));
    }

    [Fact]
    public void A_planted_field_is_found()
    {
        var faults = Faults(typeof(Planted));

        Assert.Contains("Planted.FaceCount is personal: face.", faults);
        Assert.Contains("Planted.FaceCount is not in the schema.", faults);
        Assert.Contains("Planted.At is of type DateTimeOffset.", faults);
        Assert.Contains("Inner.Owner is not in the schema.", faults);
    }

    private static List<string> Faults(Type type)
    {
        List<string> faults = [];
        Walk(type, faults);
        return faults;
    }

    private static void Walk(Type type, List<string> faults)
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var property in type.GetProperties(all).Where(property => property.Name != "EqualityContract"))
        {
            var path = $"{type.Name}.{property.Name}";
            if (!Published.Contains(char.ToLowerInvariant(property.Name[0]) + property.Name[1..]))
                faults.Add($"{path} is not in the schema.");
            var personal = PersonalWords.In(property.Name).Where(Forbidden.Contains).ToArray();
            if (personal.Length > 0 && !Permitted.Contains(path))
                faults.Add($"{path} is personal: {string.Join(", ", personal)}.");
            var isList = property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
            var value = isList ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
            if (isList && !Plain.Contains(value))
                Walk(value, faults);
            else if (!Plain.Contains(value))
                faults.Add($"{path} is of type {value.Name}.");
        }

        foreach (var field in type.GetFields(all).Where(field => !field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)))
            faults.Add($"{type.Name}.{field.Name} is a hidden field.");
    }

    private static IEnumerable<string> NamesIn(JsonElement schema)
    {
        if (schema.TryGetProperty("items", out var items))
            schema = items;
        return schema.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().SelectMany(property => NamesIn(property.Value).Prepend(property.Name))
            : [];
    }

    private sealed record Planted(string Site, int FaceCount, DateTimeOffset At, IReadOnlyList<Inner> Zones);

    private sealed record Inner(string Owner);
}
