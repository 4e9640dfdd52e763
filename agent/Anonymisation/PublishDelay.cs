using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>How long after its window's end a record is published: by chance alone, so that the time tells nothing.</summary>
public static class PublishDelay
{
    private const int LeastMilliseconds = 120_000, SpreadMilliseconds = 600_000;

    /// <summary>120 s plus 0..600 s, uniform in milliseconds; none in the demonstration.</summary>
    public static TimeSpan Draw(PrivacyProfile profile, IRandomSource random) => profile == PrivacyProfile.Demo
        ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(LeastMilliseconds + random.Below(SpreadMilliseconds + 1));
}
