namespace SocialCredit.Edge.Contract;

/// <summary>Which window lengths a profile permits. Short ones tell too much of few: they are for the demonstration.</summary>
public static class WindowLengths
{
    public static bool IsPermitted(PrivacyProfile profile, int seconds) => profile switch
    {
        PrivacyProfile.Standard => seconds is 3600 or 21600,
        PrivacyProfile.Strict => seconds is 86400,
        PrivacyProfile.Demo => seconds is >= 1 and <= EventRecord.SecondsMax,
        _ => false,
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
