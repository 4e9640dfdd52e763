using System.Reflection;
using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>A field that could describe a person cannot be added to the record without turning this red.</summary>
public sealed class NothingPersonalTests
{
    /// <summary>The noised passages are what a record is about.</summary>
    private static readonly string[] Forbidden = [.. PersonalWords.OfPersons.Except(["passage", "passages"]), .. PersonalWords.OfDetails];

    /// <summary>Computed from fields of the record, never written into it.</summary>
    private static readonly string[] Derived = ["Id", "WindowIndex"];

    private static readonly Type[] Plain = [typeof(string), typeof(int), typeof(long), typeof(uint), typeof(DateTimeOffset)];

    private static readonly string[] Published =
        [.. JsonDocument.Parse(EventRecordSchema.Text).RootElement.GetProperty("properties").EnumerateObject().Select(property => property.Name)];

    [Fact]
    public void Every_property_of_the_record_is_named_by_the_schema_and_none_is_personal() =>
        Assert.Empty(Faults(typeof(EventRecord)));

    [Fact]
    public void No_key_of_the_schema_is_personal() =>
        Assert.DoesNotContain(Published, key => PersonalWords.In(key).Any(word => Forbidden.Contains(word)));

    [Fact]
    public void A_planted_field_is_found()
    {
        var faults = Faults(typeof(Planted));

        Assert.Contains("TrackId is not in the schema.", faults);
        Assert.Contains("TrackId is personal: track.", faults);
        Assert.Contains("Passages is of type Double.", faults);
        Assert.Contains("FaceHash is personal: face, hash.", faults);
        Assert.Contains("Id could be set.", faults);
    }

    private static List<string> Faults(Type record)
    {
        List<string> faults = [];
        Walk(record, isTop: true, faults);
        return faults;
    }

    private static void Walk(Type type, bool isTop, List<string> faults)
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var property in type.GetProperties(all).Where(property => property.Name != "EqualityContract"))
        {
            var isDerived = isTop && Derived.Contains(property.Name);
            if (isDerived && property.CanWrite)
                faults.Add($"{property.Name} could be set.");
            if (isTop && !isDerived && !Published.Contains(Camel(property.Name)))
                faults.Add($"{property.Name} is not in the schema.");
            var personal = PersonalWords.In(property.Name).Where(word => Forbidden.Contains(word)).ToArray();
            if (personal.Length > 0)
                faults.Add($"{property.Name} is personal: {string.Join(", ", personal)}.");
            WalkValue(property, faults);
        }

        // A field that no property shows would be carried too.
        foreach (var field in type.GetFields(all).Where(field => !field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)))
            faults.Add($"{field.Name} is a hidden field.");
    }

    private static void WalkValue(PropertyInfo property, List<string> faults)
    {
        var type = property.PropertyType;
        var element = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;
        if (element is not null && element.Assembly == typeof(EventRecord).Assembly)
            Walk(element, isTop: false, faults);
        else if (!Plain.Contains(type) && !type.IsEnum)
            faults.Add($"{property.Name} is of type {type.Name}.");
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private sealed record Planted(int TrackId, double Passages, string Id, IReadOnlyList<BehaviourCount> Counts, string FaceHash);
}
