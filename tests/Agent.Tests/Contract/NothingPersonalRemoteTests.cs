using System.Reflection;
using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>As of a record: nothing can be added to what a device says of itself that the schema does not name, that counts what was seen, or that describes a person.</summary>
public sealed class NothingPersonalRemoteTests
{
    private static readonly string[] Forbidden =
        [.. PersonalWords.OfPersons, .. PersonalWords.OfDetails, "source", "host", "port", "url", "broker", "user", "password", "zone", "passages", "events", "behaviour", "count", "counts"];

    private static readonly Type[] Plain = [typeof(string), typeof(int), typeof(int?), typeof(long), typeof(bool), typeof(DateTimeOffset)];

    [Theory]
    [InlineData(typeof(HealthReport), nameof(RemoteSchemas.Health))]
    [InlineData(typeof(CommandAnswer), nameof(RemoteSchemas.Answer))]
    public void Every_property_is_named_by_the_schema_and_none_is_personal(Type type, string schema) =>
        Assert.Empty(Faults(type, (string)typeof(RemoteSchemas).GetProperty(schema)!.GetValue(null)!));

    [Fact]
    public void A_planted_field_is_found()
    {
        var faults = Faults(typeof(Planted), RemoteSchemas.Health);

        Assert.Contains("Planted.Persons is personal: persons.", faults);
        Assert.Contains("Planted.Persons is not in the schema.", faults);
        Assert.Contains("Planted.Picture is of type Byte[].", faults);
    }

    [Fact]
    public void Each_word_that_can_be_said_is_of_the_machine()
    {
        string[] words =
        [
            .. Enum.GetNames<Attention>(), .. Enum.GetNames<HealthTrouble>(), .. Enum.GetNames<CommandReason>(), .. Enum.GetNames<SelfTestCheck>(), .. Enum.GetNames<CommandOutcome>(),
        ];

        // A trouble with frames is the camera's, and a device is no person.
        Assert.DoesNotContain(words.SelectMany(PersonalWords.In), word => PersonalWords.OfPersons.Contains(word));
    }

    private static List<string> Faults(Type type, string schema)
    {
        List<string> faults = [];
        Walk(type, [.. NamesIn(JsonDocument.Parse(schema).RootElement)], faults);
        return faults;
    }

    private static void Walk(Type type, string[] published, List<string> faults)
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var property in type.GetProperties(all).Where(property => property.Name != "EqualityContract"))
        {
            var path = $"{type.Name}.{property.Name}";
            if (!published.Contains(char.ToLowerInvariant(property.Name[0]) + property.Name[1..]))
                faults.Add($"{path} is not in the schema.");
            var personal = PersonalWords.In(property.Name).Where(Forbidden.Contains).ToArray();
            if (personal.Length > 0)
                faults.Add($"{path} is personal: {string.Join(", ", personal)}.");
            var isList = property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
            var value = isList ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
            if (value.Assembly == typeof(HealthReport).Assembly && !value.IsEnum)
                Walk(value, published, faults);
            else if (!value.IsEnum && !Plain.Contains(value))
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

    private sealed record Planted(string Site, int Persons, byte[] Picture);
}
