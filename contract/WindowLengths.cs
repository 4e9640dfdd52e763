namespace SocialCredit.Edge.Contract;

/// <summary>Which window lengths a profile permits. Short ones tell too much of few: they are for the demonstration.</summary>
public static class WindowLengths
{
    /// <summary>The lengths with which a place is measured, from the shortest, each with its profile.</summary>
    public static IReadOnlyList<(PrivacyProfile Profile, int Seconds)> Published { get; } =
        [(PrivacyProfile.Standard, 3600), (PrivacyProfile.Standard, 21600), (PrivacyProfile.Strict, 86400)];

    public static bool IsPermitted(PrivacyProfile profile, int seconds) => profile switch
    {
        PrivacyProfile.Demo => seconds is >= 1 and <= EventRecord.SecondsMax,
        _ => Published.Contains((profile, seconds)),
    };

    /// <summary>The permitted lengths, for messages.</summary>
    public static string InWords(PrivacyProfile profile) => profile switch
    {
        PrivacyProfile.Standard => "standard: 3600 or 21600",
        PrivacyProfile.Strict => "strict: 86400",
        PrivacyProfile.Demo => $"demo: 1 to {EventRecord.SecondsMax}",
        _ => "no known profile",
    };
}
