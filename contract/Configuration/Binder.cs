namespace SocialCredit.Edge.Configuration;

/// <summary>A bound value. Not complete where something in it that has no default is missing or wrong.</summary>
internal readonly record struct Bound(object? Value, bool IsComplete)
{
    public static Bound Nothing => default;
}

/// <summary>Binds nodes to types and notes every fault on the way, going on after each.</summary>
internal sealed class Binder
{
    private readonly NodeReader _reader;
    private readonly RecordBinder _records;

    public Binder(FaultLog log)
    {
        _reader = new NodeReader(log);
        _records = new RecordBinder(this, _reader);
    }

    public Bound Bind(Type type, YamlNode node, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Collections.DictionaryValue(type) is { } value)
            return BindDictionary(type, value, node, path);
        if (Collections.ListItem(type) is { } item)
            return Kinds.IsBase(item) ? BindKinds(type, item, node, path) : BindList(type, item, node, path);
        if (Scalars.IsScalar(type))
            return BindScalar(type, node, path);
        if (node is YamlSequence sequence && RecordShape.Of(type).IsTuple)
            return BindTuple(type, sequence, path);
        return _reader.Entries(node, path) is { } entries ? _records.Bind(type, entries, path) : Bound.Nothing;
    }

    private Bound BindScalar(Type type, YamlNode node, string path)
    {
        if (node.IsNull && type == typeof(string))
            return _reader.Refuse(node, path, NodeReader.Stands(node), "Write text, or \"\" for an empty one.");
        if (node is not YamlScalar scalar || node.IsNull)
            return _reader.Refuse(node, path, NodeReader.Stands(node), $"Write {Scalars.Expected(type)}.");
        if (Scalars.Parse(type, scalar.Text, out var value) is var (problem, hint))
            return _reader.Refuse(node, path, problem, hint);
        if (value is Secret secret && secret.Check() is var (missing, remedy))
            return _reader.Refuse(node, path, missing, remedy);
        return new Bound(value, true);
    }

    private Bound BindList(Type type, Type item, YamlNode node, string path)
    {
        if (node is not YamlSequence && !node.IsNull)
            return _reader.Refuse(node, path, NodeReader.Stands(node), "Write a list: [a, b], or one line \"- a\" for each entry.");
        var values = new List<object?>();
        var isComplete = true;
        foreach (var (child, at) in node is YamlSequence list ? _reader.Items(list, path) : [])
        {
            var bound = Bind(item, child, at);
            isComplete &= bound.IsComplete;
            values.Add(bound.Value);
        }

        return isComplete ? new Bound(Collections.MakeList(type, item, values), true) : Bound.Nothing;
    }

    private Bound BindDictionary(Type type, Type value, YamlNode node, string path)
    {
        if (_reader.Entries(node, path) is not { } entries)
            return Bound.Nothing;
        var values = new List<KeyValuePair<string, object?>>();
        var isComplete = true;
        foreach (var entry in entries)
        {
            if (BindEntry(value, entry, path) is not { } bound)
                continue;
            isComplete &= bound.IsComplete;
            values.Add(new(entry.Key, bound.Value));
        }

        return isComplete ? new Bound(Collections.MakeDictionary(type, value, values), true) : Bound.Nothing;
    }

    /// <summary>A list of kinds: keys with values, or a list of words and of single keys with values.</summary>
    private Bound BindKinds(Type type, Type item, YamlNode node, string path)
    {
        if (KindEntries(node, path) is not { } entries)
            return Bound.Nothing;
        var values = new List<object?>();
        var isComplete = true;
        foreach (var (entry, at) in entries)
        {
            if (BindEntry(item, entry, at) is not { } bound)
                continue;
            isComplete &= bound.IsComplete;
            values.Add(bound.Value);
        }

        return isComplete ? new Bound(Collections.MakeList(type, item, values), true) : Bound.Nothing;
    }

    private List<(YamlEntry Entry, string Path)>? KindEntries(YamlNode node, string path)
    {
        if (node is not YamlSequence list)
            return _reader.Entries(node, path) is { } entries ? [.. entries.Select(e => (e, path))] : null;
        var found = new List<(YamlEntry, string)>();
        foreach (var (child, at) in _reader.Items(list, path))
        {
            if (child is YamlScalar { IsNull: false } word)
                found.Add((new YamlEntry(word.Text, word.Line, new YamlScalar(word.Line, "", IsPlain: true)), at));
            else if (_reader.Entries(child, at) is { } entries)
                found.AddRange(entries.Select(e => (e, at)));
            else
                return null;
        }

        return found;
    }

    /// <summary>Where the type is the base of kinds, the key says which one; null if it says none, which is noted.</summary>
    private Bound? BindEntry(Type type, YamlEntry entry, string path)
    {
        if (!Kinds.IsBase(type))
            return Bind(type, entry.Value, NodeReader.Join(path, entry.Key));
        var kinds = Kinds.Of(type);
        if (kinds.TryGetValue(entry.Key, out var kind))
            return Bind(kind, entry.Value, NodeReader.Join(path, entry.Key));
        _reader.RefuseKey(entry, path, kinds.Keys);
        return null;
    }

    private Bound BindTuple(Type type, YamlSequence node, string path)
    {
        var members = RecordShape.Of(type).Members.OrderBy(m => m.Parameter!.Position).ToArray();
        if (node.Items.Count != members.Length)
        {
            var names = string.Join(", ", members.Select(m => m.Key));
            return _reader.Refuse(node, path, Annotations.Entries(node.Items.Count), $"Write {members.Length}: [{names}].");
        }

        YamlEntry[] entries = [.. members.Select((m, i) => new YamlEntry(m.Key, node.Items[i].Line, node.Items[i]))];
        return _records.Bind(type, entries, path);
    }
}
