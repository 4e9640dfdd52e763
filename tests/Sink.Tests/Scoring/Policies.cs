using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Tests.Scoring;

internal static class Policies
{
    public static readonly string[] Names = ["red_crossing", "littering", "yielded"];

    /// <summary>The policy of the known answers.</summary>
    public static Policy Textbook(double epsilon = 0.6) => new()
    {
        Id = "p-2026.3",
        EpsilonCounts = epsilon,
        Behaviours = new OrderedDictionary<string, PolicyBehaviour>
        {
            ["red_crossing"] = new() { Sign = PolicySign.Bad, Weight = 12, Reference = 4 },
            ["littering"] = new() { Sign = PolicySign.Bad, Weight = 8, Reference = 0.5 },
            ["yielded"] = new() { Sign = PolicySign.Good, Weight = 10, Reference = 30 },
        },
    };
}

internal static class Rows
{
    public static DayRow Day(
        DateOnly date, long passages, (long Red, long Littering, long Yielded) counts, int released = 24) =>
        new(date, 24, released, passages, new Dictionary<string, long>
        {
            ["red_crossing"] = counts.Red,
            ["littering"] = counts.Littering,
            ["yielded"] = counts.Yielded,
        });
}
