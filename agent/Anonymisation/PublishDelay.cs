using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>How long after its window's end a record is published: by chance alone, so that the time tells nothing.</summary>
public static class PublishDelay
{
    private const int LeastMilliseconds = 120_000, SpreadMilliseconds = 600_000;

    /// <summary>No record is published sooner after its window's end than the first, or, by chance, later than the second; seconds.</summary>
    public static (int Least, int Most) SecondsOf(PrivacyProfile profile) =>
        profile == PrivacyProfile.Demo ? (0, 0) : (LeastMilliseconds / 1000, (LeastMilliseconds + SpreadMilliseconds) / 1000);

    /// <summary>When a window's record is to be published: after its end, by a delay that is drawn here.</summary>
    public static DateTimeOffset TimeOf(ClosedWindow window, PrivacyProfile profile, IRandomSource random) => window.End + Draw(profile, random);

    /// <summary>120 s plus 0..600 s, uniform in milliseconds; none in the demonstration.</summary>
    public static TimeSpan Draw(PrivacyProfile profile, IRandomSource random) => profile == PrivacyProfile.Demo
        ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(LeastMilliseconds + random.Below(SpreadMilliseconds + 1));
}
