namespace SocialCredit.Edge.Forwarding;

/// <summary>Tells a clock that was never set: a device without a battery starts in 1970, or on the day its system was built.</summary>
public static class PlausibleClock
{
    /// <summary>Older than this software; no clock that was set shows less.</summary>
    public static DateTimeOffset Least { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Windows that ended longer ago are not accepted by any sink (contract, section 4).</summary>
    private static readonly TimeSpan WindowAgeMax = TimeSpan.FromDays(8);

    public static bool IsSet(DateTimeOffset now) => now >= Least;

    /// <summary>A window that began and ended by a clock that was wrong; its record would be refused wherever it comes.</summary>
    public static bool IsUseless(DateTimeOffset windowStart, DateTimeOffset windowEnd, DateTimeOffset now) =>
        windowStart > now || windowEnd < now - WindowAgeMax;
}
