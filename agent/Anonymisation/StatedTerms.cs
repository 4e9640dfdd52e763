using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>The terms of a zone as they are stated to the public: of the very constants by which its records are made.</summary>
/// <param name="PassagesMin">k: fewer true passages are never released; 0 in demo.</param>
/// <param name="NoisedPassagesMin">T: fewer noised passages are not released either; 0 in demo.</param>
/// <param name="EpsilonPassages">Null in demo, where there is no noise.</param>
/// <param name="EpsilonCounts">Null in demo, where there is no noise.</param>
public sealed record StatedTerms(long PassagesMin, long NoisedPassagesMin, decimal? EpsilonPassages, decimal? EpsilonCounts)
{
    /// <exception cref="ArgumentOutOfRangeException">Fewer tracks per person than 1.5.</exception>
    public static StatedTerms For(PrivacyProfile profile, decimal tracksPerPerson)
    {
        var rule = ReleaseRule.For(tracksPerPerson);
        return profile == PrivacyProfile.Demo
            ? new StatedTerms(0, 0, null, null)
            : new StatedTerms(
                rule.PassagesMin, rule.NoisedPassagesMin, EpsilonOf(Anonymiser.PassagesScale), EpsilonOf(Anonymiser.CountsScale));
    }

    // One track adds at most 1: epsilon is 1 / scale.
    private static decimal EpsilonOf((int Numerator, int Denominator) scale) => (decimal)scale.Denominator / scale.Numerator;
}
