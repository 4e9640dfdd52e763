namespace SocialCredit.Edge.Anonymisation;

/// <summary>
/// When a window's numbers may be published: enough true passages, and enough noised ones. With k = ceil(20 F) and T = k + 34
/// a window with fewer than k passages is released with probability 0, and one at k with at most delta = 7.4e-7.
/// </summary>
/// <param name="PassagesMin">k: fewer true passages are never released.</param>
/// <param name="NoisedPassagesMin">T: fewer noised passages are not released either.</param>
internal readonly record struct ReleaseRule(long PassagesMin, long NoisedPassagesMin)
{
    /// <summary>The least tracks per person that may be assumed; less would call one person a crowd.</summary>
    public const decimal TracksPerPersonMin = 1.5m;

    /// <summary>Twenty persons, and the noise must stand so far above them.</summary>
    private const int PersonsMin = 20, NoiseMargin = 34;

    /// <summary>For a camera that sees <paramref name="tracksPerPerson"/> tracks for one person, as measured at set-up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than <see cref="TracksPerPersonMin"/>.</exception>
    public static ReleaseRule For(decimal tracksPerPerson)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tracksPerPerson, TracksPerPersonMin);
        var passagesMin = (long)decimal.Ceiling(PersonsMin * tracksPerPerson);
        return new ReleaseRule(passagesMin, passagesMin + NoiseMargin);
    }

    public bool Permits(long passages, long noisedPassages) => passages >= PassagesMin && noisedPassages >= NoisedPassagesMin;
}
