namespace SocialCredit.Edge.Configuration;

/// <summary>A piece of a YAML file and where it stands.</summary>
/// <param name="Line">From 1.</param>
internal abstract record YamlNode(int Line)
{
    /// <summary>Nodes in it with aliases expanded, itself included.</summary>
    public long Size { get; protected init; } = 1;

    /// <summary>Levels in it with aliases expanded.</summary>
    public int Depth { get; protected init; } = 1;

    public virtual bool IsNull => false;
}

internal sealed record YamlScalar(int Line, string Text, bool IsPlain) : YamlNode(Line)
{
    public bool IsEmpty => IsPlain && Text.Length == 0;

    public override bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}

internal sealed record YamlSequence : YamlNode
{
    public YamlSequence(int line, IReadOnlyList<YamlNode> items) : base(line)
    {
        Items = items;
        Size = 1 + items.Sum(i => i.Size);
        Depth = 1 + items.Select(i => i.Depth).DefaultIfEmpty().Max();
    }

    public IReadOnlyList<YamlNode> Items { get; }
}

internal sealed record YamlMapping : YamlNode
{
    public YamlMapping(int line, IReadOnlyList<YamlEntry> entries) : base(line)
    {
        Entries = entries;
        Size = 1 + entries.Sum(e => e.Value.Size);
        Depth = 1 + entries.Select(e => e.Value.Depth).DefaultIfEmpty().Max();
    }

    public IReadOnlyList<YamlEntry> Entries { get; }
}

internal readonly record struct YamlEntry(string Key, int Line, YamlNode Value);
