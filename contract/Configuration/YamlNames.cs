using System.Globalization;

namespace SocialCredit.Edge.Configuration;

/// <summary>Names out of a YAML file of somebody else's, whose other keys do not matter here: a list, or numbers with names.</summary>
public static class YamlNames
{
    /// <summary>Number -> name, a list counted from 0; empty where the file has no such key at its top level.</summary>
    /// <exception cref="FormatException">The text is no YAML, or what stands there is no names.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<int, string> Read(string path, string key)
    {
        try
        {
            var entry = (YamlTree.Read(File.ReadAllText(path)) as YamlMapping)?.Entries.FirstOrDefault(entry => entry.Key == key);
            return entry?.Value switch
            {
                null => new Dictionary<int, string>(),
                YamlSequence list => list.Items.Select((item, i) => (i, NameOf(item))).ToDictionary(),
                YamlMapping map => Numbered(map),
                var other => throw new YamlFaultException(other.Line, $"{key} is a single word.", "Write [name, name], or number: name."),
            };
        }
        catch (YamlFaultException broken)
        {
            throw new FormatException($"{path}:{broken.Line}: {broken.Message} {broken.Hint}", broken);
        }
    }

    private static Dictionary<int, string> Numbered(YamlMapping map)
    {
        var names = new Dictionary<int, string>();
        foreach (var entry in map.Entries)
        {
            if (!names.TryAdd(NumberOf(entry), NameOf(entry.Value)))
                throw new YamlFaultException(entry.Line, $"{entry.Key} has a name already.", "Keep one of them.");
        }

        return names;
    }

    private static string NameOf(YamlNode node) =>
        node is YamlScalar name ? name.Text : throw new YamlFaultException(node.Line, "A name must be a word.", "Write it as text.");

    private static int NumberOf(YamlEntry entry) =>
        int.TryParse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new YamlFaultException(entry.Line, $"{ConfigFault.Quote(entry.Key)} is not a number.", "Write number: name.");
}
