namespace SocialCredit.Edge.Configuration;

/// <summary>Reads the keys of nodes and notes faults at their lines.</summary>
internal sealed class NodeReader(FaultLog log)
{
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    public static string Stands(YamlNode node) => node switch
    {
        { IsNull: true } => "The value is missing.",
        YamlSequence => "A list stands here.",
        YamlMapping => "Keys with values stand here.",
        _ => "A single value stands here.",
    };

    /// <summary>The items of a list with the path of each.</summary>
    public IEnumerable<(YamlNode Item, string Path)> Items(YamlSequence list, string path)
    {
        for (var i = 0; i < list.Items.Count; i++)
        {
            var at = $"{path}[{i}]";
            log.Place(at, list.Items[i].Line);
            yield return (list.Items[i], at);
        }
    }

    /// <summary>The entries of a mapping, none for an empty value, each key once; null if something else stands there.</summary>
    public IReadOnlyList<YamlEntry>? Entries(YamlNode node, string path)
    {
        if (node is not YamlMapping mapping)
        {
            if (node.IsNull)
                return [];
            Refuse(node, path, Stands(node), "Write keys with values, each as key: value.");
            return null;
        }

        var first = new Dictionary<string, int>();
        var entries = new List<YamlEntry>();
        foreach (var entry in mapping.Entries)
        {
            var at = Join(path, entry.Key);
            log.Place(at, entry.Line);
            if (first.TryAdd(entry.Key, entry.Line))
                entries.Add(entry);
            else
                Fault(entry.Line, at, "The key stands here a second time.", $"The first is in line {first[entry.Key]}; keep one.");
        }

        return entries;
    }

    public void RefuseKey(YamlEntry entry, string path, IEnumerable<string> known) =>
        Fault(entry.Line, Join(path, entry.Key), "The key is not known.", Suggestion.For(entry.Key, known, "Known keys"));

    public Bound Refuse(YamlNode node, string path, string problem, string hint)
    {
        Fault(node.Line, path, problem, hint);
        return Bound.Nothing;
    }

    public void Fault(string path, string problem, string hint) => Fault(log.LineOf(path), path, problem, hint);

    private void Fault(int line, string path, string problem, string hint)
    {
        log.Add(line, path, problem, hint);
        if (log.IsFull)
            throw new YamlFaultException(line, "There are too many faults; no more are listed.", "Check that it is the right file.");
    }
}
