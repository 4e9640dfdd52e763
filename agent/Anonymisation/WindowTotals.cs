using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>The true, bounded totals of one zone and window; no track, no event, no time finer than the window's.</summary>
internal sealed record WindowTotals(
    [property: JsonRequired] string Zone,
    [property: JsonRequired] DateTimeOffset Start,
    [property: JsonRequired] int Seconds,
    [property: JsonRequired] IReadOnlyList<string> Behaviours,
    [property: JsonRequired] long Passages,
    [property: JsonRequired] IReadOnlyList<long> Counts,
    [property: JsonRequired] TimeSpan Watched,
    [property: JsonRequired] bool IsLost);
