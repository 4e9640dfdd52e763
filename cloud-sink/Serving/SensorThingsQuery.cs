using System.Globalization;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The options of OData that are understood: <c>$top</c>, <c>$skip</c>, <c>$count</c>, and of <c>$filter</c> comparisons that are joined by <c>and</c>. All others are
/// refused, because an option that is passed over gives a wrong answer that looks right.
/// </summary>
internal sealed record SensorThingsQuery(int Top, int Skip, bool Count, IReadOnlyList<SensorThingsQuery.Comparison> Filters)
{
    public const int TopMax = 500, UsualTop = 100, SkipMax = 10_000_000;

    private static readonly string[] Known = ["$top", "$skip", "$count", "$filter"];

    private static readonly string[] Operators = ["eq", "ne", "gt", "ge", "lt", "le"];

    /// <param name="query">As it was asked.</param>
    /// <param name="fields">What may be compared here.</param>
    /// <param name="asked">Takes the faults.</param>
    public static SensorThingsQuery Read(IQueryCollection query, IReadOnlyList<string> fields, Asked asked)
    {
        foreach (var option in query.Keys.Where(key => key.StartsWith('$') && !Known.Contains(key)))
            asked.Fault(option, $"{option} is not done here; {string.Join(", ", Known)} are.");
        return new SensorThingsQuery(
            asked.Whole("$top", One(query, "$top"), (0, TopMax), UsualTop), asked.Whole("$skip", One(query, "$skip"), (0, SkipMax), 0),
            asked.OneOf("$count", One(query, "$count"), "false", "true") == "true", [.. Comparisons(One(query, "$filter"), fields, asked)]);
    }

    /// <summary>True where every comparison of this field holds for a text.</summary>
    public bool Takes(string field, string value) =>
        Filters.Where(one => one.Field == field).All(one => Holds(one.Operator, string.CompareOrdinal(value, one.Value)));

    /// <summary>True where every comparison of this field holds for a number.</summary>
    public bool Takes(string field, double value) =>
        Filters.Where(one => one.Field == field).All(one => Holds(one.Operator, value.CompareTo(double.Parse(one.Value, CultureInfo.InvariantCulture))));

    /// <summary>True where every comparison of this field holds for a day, which begins at its midnight UTC.</summary>
    public bool Takes(string field, DateOnly day) =>
        Filters.Where(one => one.Field == field).All(one => Holds(one.Operator, new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).CompareTo(TimeOf(one.Value)!.Value)));

    private static string? One(IQueryCollection query, string option) => query.TryGetValue(option, out var values) ? values.ToString() : null;

    private static IEnumerable<Comparison> Comparisons(string? filter, IReadOnlyList<string> fields, Asked asked)
    {
        foreach (var part in filter?.Split(" and ", StringSplitOptions.TrimEntries) ?? [])
        {
            if (part.Split(' ', 3, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [var field, var word, var value]
                && fields.Contains(field) && Operators.Contains(word) && ValueOf(field, value) is { } read)
            {
                yield return new Comparison(field, word, read);
                continue;
            }

            asked.Fault("$filter",
                $"'{(part.Length > 60 ? part[..60] : part)}' is not done here. A filter compares {string.Join(" or ", fields)} by {string.Join(", ", Operators)}, texts in 'quotes', times as 2026-11-22T00:00:00Z, and joins comparisons by and.");
        }
    }

    private static string? ValueOf(string field, string value) => field switch
    {
        "result" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? value : null,
        "phenomenonTime" => TimeOf(value) is null ? null : value,
        _ => value is ['\'', .. var text, '\''] && !text.Contains('\'', StringComparison.Ordinal) ? text : null,
    };

    private static DateTimeOffset? TimeOf(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static bool Holds(string word, int order) => word switch
    {
        "eq" => order == 0,
        "ne" => order != 0,
        "gt" => order > 0,
        "ge" => order >= 0,
        "lt" => order < 0,
        _ => order <= 0,
    };

    internal sealed record Comparison(string Field, string Operator, string Value);
}
