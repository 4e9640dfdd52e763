using System.Collections.Concurrent;
using System.ComponentModel;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace SocialCredit.Edge.Configuration;

/// <summary>
/// What the documentation comments say of types and properties. They stand in a file beside the assembly; where it is
/// not shipped there are none. A <see cref="DescriptionAttribute"/> goes before.
/// </summary>
internal static partial class XmlSummaries
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> Known = [];

    public static string? Of(Type type) =>
        type.GetCustomAttribute<DescriptionAttribute>()?.Description ?? Words(Find(type, "T:" + NameOf(type))?.Element("summary"));

    public static string? Of(PropertyInfo property)
    {
        var owner = property.DeclaringType!;
        // A positional record has the words of its properties in the param elements of the type.
        return property.GetCustomAttribute<DescriptionAttribute>()?.Description
            ?? Words(Find(owner, $"P:{NameOf(owner)}.{property.Name}")?.Element("summary"))
            ?? Words(Find(owner, "T:" + NameOf(owner))?.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == property.Name));
    }

    private static XElement? Find(Type type, string member) =>
        Known.GetOrAdd(type.Assembly, Load).GetValueOrDefault(member);

    private static string? NameOf(Type type) => type.FullName?.Replace('+', '.');

    private static IReadOnlyDictionary<string, XElement> Load(Assembly assembly)
    {
        try
        {
            return XDocument.Load(Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml"))
                .Descendants("member")
                .Where(m => m.Attribute("name") is not null)
                .ToDictionary(m => m.Attribute("name")!.Value);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException or XmlException)
        {
            return new Dictionary<string, XElement>();
        }
    }

    private static string? Words(XElement? element)
    {
        if (element is null)
            return null;
        var parts = element.DescendantNodes().Select(n => n switch
        {
            XText text => text.Value,
            XElement { IsEmpty: true } see => LastName(see.Attribute("cref")?.Value ?? see.Attribute("name")?.Value ?? ""),
            _ => "",
        });
        return Space().Replace(string.Concat(parts), " ").Trim() is { Length: > 0 } words ? words : null;
    }

    private static string LastName(string reference) => reference[(reference.LastIndexOf('.') + 1)..];

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Space();
}
