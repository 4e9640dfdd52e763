using MathNet.Numerics.Distributions;

namespace SocialCredit.Edge.Audit.Measures;

/// <summary>
/// How often something happens, from how often it was seen: exact limits, each wrong with at most the given chance (Clopper and
/// Pearson, "The use of confidence or fiducial limits", Biometrika 1934).
/// </summary>
internal static class Rate
{
    /// <param name="hits">0..runs.</param>
    /// <param name="runs">At least 1.</param>
    /// <param name="doubt">Chance that the true rate is lower.</param>
    public static double AtLeast(int hits, int runs, double doubt) =>
        hits == 0 ? 0 : Beta.InvCDF(hits, runs - hits + 1, doubt);

    /// <inheritdoc cref="AtLeast"/>
    /// <param name="hits">0..runs.</param>
    /// <param name="runs">At least 1.</param>
    /// <param name="doubt">Chance that the true rate is higher.</param>
    public static double AtMost(int hits, int runs, double doubt) =>
        hits == runs ? 1 : Beta.InvCDF(hits + 1, runs - hits, 1 - doubt);
}
