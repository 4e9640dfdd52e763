namespace SocialCredit.Edge.Tracking;

/// <summary>How well tracks follow the ground truth, as counts; sums of counts of several sequences are meaningful.</summary>
/// <param name="Truth">Boxes of the ground truth.</param>
/// <param name="Boxes">Boxes of the tracks.</param>
/// <param name="Matches">Boxes of the ground truth with a track's box on them.</param>
/// <param name="Switches">How often a person's track became another one.</param>
/// <param name="IdentityMatches">Matches under the one best pairing of persons and tracks for the whole sequence.</param>
/// <param name="People">Ids of the ground truth.</param>
/// <param name="TracksOfPeople">Over all people, how many tracks each was matched with, at least one each.</param>
public sealed record TrackScores(
    int Truth,
    int Boxes,
    int Matches,
    int Switches,
    int IdentityMatches,
    int People,
    int TracksOfPeople)
{
    public int FalsePositives => Boxes - Matches;

    public int Misses => Truth - Matches;

    /// <summary>1 - (misses + false positives + switches) / truth: at most 1, may be negative.</summary>
    public double Mota => Share(Truth - Misses - FalsePositives - Switches, Truth);

    /// <summary>Share of the tracks' boxes that carry the right identity, 0..1.</summary>
    public double IdPrecision => Share(IdentityMatches, Boxes);

    /// <summary>Share of the ground truth's boxes that carry the right identity, 0..1.</summary>
    public double IdRecall => Share(IdentityMatches, Truth);

    /// <summary>Harmonic mean of the two, 0..1.</summary>
    public double Idf1 => Share(2 * IdentityMatches, Truth + Boxes);

    /// <summary>
    /// F: track ids per person, at least 1. A person never matched counts as one, as it would had the detector seen it.
    /// </summary>
    public double TracksPerPerson => Share(TracksOfPeople, People);

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
