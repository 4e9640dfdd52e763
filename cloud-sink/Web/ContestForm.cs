using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>What somebody wrote into the form.</summary>
public sealed record ContestForm
{
    public string Zone { get; init; } = "";

    /// <summary>Null for the place as a whole.</summary>
    public string? Behaviour { get; init; }

    internal ContestReason? Reason { get; init; }

    public string Words { get; init; } = "";

    internal static ContestForm Of(IFormCollection form) => new()
    {
        Zone = form["zone"].ToString(),
        Behaviour = form["behaviour"].ToString() is { Length: > 0 } behaviour ? behaviour : null,
        Reason = Enum.GetValues<ContestReason>().Where(reason => ContestDesk.WordOf(reason) == form["reason"].ToString()).Cast<ContestReason?>().FirstOrDefault(),
        // Browsers send line ends as two characters and count them as one.
        Words = form["words"].ToString().ReplaceLineEndings("\n"),
    };

    /// <summary>The keys of what is to be said; none where all is well.</summary>
    internal IReadOnlyList<string> Faults(ContestFormView view)
    {
        var faults = new List<string>();
        if (Zone.Length == 0)
            faults.Add("contest.fault.zone");
        if (Reason is null)
            faults.Add("contest.fault.reason");
        if (Behaviour is not null && !view.Behaviours.Contains(Behaviour))
            faults.Add("contest.fault.behaviour");
        if (Words.Length > ContestDesk.WordsLengthMax)
            faults.Add("contest.fault.words");
        return faults;
    }
}

/// <summary>The form and what stands around it.</summary>
/// <param name="Form">As it is filled.</param>
/// <param name="Faults">Keys of texts.</param>
/// <param name="Title">Of the place; null where none is chosen yet.</param>
/// <param name="Behaviours">For which the place is measured.</param>
/// <param name="Zones">To choose from where none is chosen yet.</param>
public sealed record ContestFormView(
    ContestForm Form, IReadOnlyList<string> Faults, string? Title, IReadOnlyList<string> Behaviours, IReadOnlyList<(string Zone, string Title)> Zones)
{
    public const int ZonesMax = 500;
}
