using System.Collections.Concurrent;
using System.Text.Json;

namespace SocialCredit.Edge.Configuration;

/// <summary>
/// The concrete types behind an abstract options record, by their names in a file. Each is nested in the class that it
/// configures: with <c>RuleOptions</c> as base, <c>WrongWayRule.Options</c> is <c>wrong_way</c>.
/// </summary>
internal static class Kinds
{
    private const string OptionsSuffix = "Options";

    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, Type>> Known = [];

    public static bool IsBase(Type type) => type is { IsClass: true, IsAbstract: true };

    /// <summary>In alphabetical order.</summary>
    public static IReadOnlyDictionary<string, Type> Of(Type baseType) => Known.GetOrAdd(baseType, Find);

    private static OrderedDictionary<string, Type> Find(Type baseType)
    {
        var suffix = WithoutSuffix(baseType.Name, OptionsSuffix);
        var kinds = baseType.Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.IsSubclassOf(baseType) && t.DeclaringType is not null)
            .Select(t => KeyValuePair.Create(NameOf(t.DeclaringType!.Name, suffix), t))
            .OrderBy(k => k.Key, StringComparer.Ordinal);
        return new OrderedDictionary<string, Type>(kinds);
    }

    private static string NameOf(string owner, string suffix) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(WithoutSuffix(owner, suffix));

    private static string WithoutSuffix(string name, string suffix) =>
        name.EndsWith(suffix, StringComparison.Ordinal) && name.Length > suffix.Length ? name[..^suffix.Length] : name;
}
