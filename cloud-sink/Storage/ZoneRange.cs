namespace SocialCredit.Edge.Sink.Storage;

/// <summary>The zones whose names come after one and not after another, in the order of the database.</summary>
/// <param name="After">Not itself in the range; empty for all from the first on.</param>
/// <param name="UpTo">The last one; empty for all to the end.</param>
internal readonly record struct ZoneRange(string After, string UpTo)
{
    public static ZoneRange All { get; } = new("", "");
}

/// <summary>Which zones a query is about: those of a range, or some hundred by name.</summary>
internal readonly record struct ZoneChoice(ZoneRange Range, IReadOnlyList<string>? Names = null)
{
    /// <summary>What its parameters are bound to, in order.</summary>
    public IEnumerable<object?> Values => Names ?? (Range.UpTo.Length > 0 ? [Range.After, Range.UpTo] : new[] { Range.After });

    public static implicit operator ZoneChoice(ZoneRange range) => new(range);

    public static ZoneChoice Of(IReadOnlyList<string> names) => new(default, names);

    /// <summary>The condition on the column <c>zone</c>.</summary>
    /// <param name="number">Of its first parameter.</param>
    public string Where(int number) => Names switch
    {
        null => Range.UpTo.Length > 0 ? $"zone > ${number} AND zone <= ${number + 1}" : $"zone > ${number}",
        [] => "1 = 0",
        _ => $"zone IN ({string.Join(", ", Enumerable.Range(number, Names.Count).Select(one => $"${one}"))})",
    };
}
