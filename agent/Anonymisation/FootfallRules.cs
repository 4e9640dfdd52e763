using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>
/// How busy a place must be for its window. One at the threshold would be silent half of the time, and its silence would tell
/// how busy it is; three times the threshold leaves both to the quiet hours.
/// </summary>
public static class FootfallRules
{
    private const int Margin = 3;

    /// <summary>Passages that a usual window must have: 3 T.</summary>
    /// <param name="tracksPerPerson">F, at least 1.5.</param>
    public static long PassagesNeeded(decimal tracksPerPerson) => Margin * ReleaseRule.For(tracksPerPerson).NoisedPassagesMin;

    /// <summary>Whether a usual window has as many passages as it needs.</summary>
    /// <param name="passagesPerHour">As measured at the place, in a usual hour.</param>
    /// <param name="seconds">Length of the window.</param>
    /// <param name="tracksPerPerson">F, at least 1.5.</param>
    public static bool IsEnough(double passagesPerHour, int seconds, decimal tracksPerPerson) =>
        passagesPerHour * seconds / 3600 >= PassagesNeeded(tracksPerPerson);

    /// <summary>The shortest window that is long enough, with its profile; null where even a day is too short.</summary>
    /// <inheritdoc cref="IsEnough" path="/param"/>
    public static (PrivacyProfile Profile, int Seconds)? ShortestWindow(double passagesPerHour, decimal tracksPerPerson)
    {
        foreach (var (profile, seconds) in WindowLengths.Published)
        {
            if (IsEnough(passagesPerHour, seconds, tracksPerPerson))
                return (profile, seconds);
        }

        return null;
    }
}
