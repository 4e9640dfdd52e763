namespace SocialCredit.Edge.Sensing;

/// <summary>A device's clock may be set back, by the network or by hand; what was dated before it lies in the future then.</summary>
internal static class SetBack
{
    /// <summary>Less is disorder between sources, or passes before anybody could act on it.</summary>
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(5);

    /// <summary>True where the clock was set back between the two.</summary>
    public static bool IsBetween(DateTimeOffset before, DateTimeOffset now) => before - now > Min;
}
