namespace SocialCredit.Edge.Audit;

/// <summary>What goes on in one zone during one window.</summary>
/// <param name="Groups">Who came, and what each did.</param>
/// <param name="Episodes">Behaviours whose unit is no track, each time that one happened.</param>
internal sealed record Happenings(IReadOnlyList<Group> Groups, IReadOnlyList<string> Episodes)
{
    /// <summary>Nobody came.</summary>
    public static Happenings Nothing { get; } = new([], []);

    public Happenings And(Group group) => this with { Groups = [.. Groups, group] };

    /// <summary>So many pass, and so many of them cross on red: everyone but the one who is attacked.</summary>
    public static Happenings Crowd(int tracks, int onRed) =>
        new([new Group(onRed, Deeds.OnRed, 1000), new Group(tracks - onRed, Deeds.Passing, 2000)], []);
}

/// <summary>Tracks that each do the same.</summary>
/// <param name="Tracks">How many.</param>
/// <param name="Did">Of one track, in order; one behaviour may stand there more than once.</param>
/// <param name="FirstId">Id of the first; the others follow.</param>
internal readonly record struct Group(int Tracks, IReadOnlyList<string> Did, int FirstId = 1);

/// <summary>What one track does in an audit, and what is counted in its zone.</summary>
internal static class Deeds
{
    /// <summary>The first is the one that is attacked.</summary>
    public static readonly string[] Counted = ["red_crossing", "wrong_way"];

    public static readonly string[] Passing = ["passage"];

    public static readonly string[] OnRed = ["passage", "red_crossing"];

    /// <summary>As much as a track can do in one window: bounding has to make one passage and one behaviour of it.</summary>
    public static readonly string[] Everything =
    [
        "passage", "line_passage", "wrong_way", "red_crossing", "red_crossing", "wrong_way", "red_crossing", "passage",
    ];
}
