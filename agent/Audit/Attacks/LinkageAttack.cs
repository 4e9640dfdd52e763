using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Audit.Plots;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>
/// Came the same person on both days, or one on each? The two days' records hold nothing that could link them, so it must be
/// guessing. The device is given more than it has in the field: the same track id for the same person.
/// </summary>
internal sealed class LinkageAttack : IAttack
{
    private const double Slack = 0.02, CaughtFrom = 0.60;

    public string Name => "linkage of two days";

    public string Knows => "Holds the records of two days side by side: did the same person come on both, or two different ones?";

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var runs = effort.Of(2_000, 10_000, 50_000);
        var (different, same) = (new double[runs], new double[runs]);
        for (var run = 0; run < runs; run++)
        {
            different[run] = Likeness(device.Publish(With(1)), device.Publish(With(2)));
            same[run] = Likeness(device.Publish(With(1)), device.Publish(With(1)));
        }

        var area = Roc.Area(different, same);
        return new Outcome(
            [Figure.Between("AUC", area, 0.5 - Slack, 0.5 + Slack, CaughtFrom)],
            new Plot(
                "Did the same person come on both days?", "false alarms", "hits",
                [new Curve($"the device, AUC {area:0.000}", Roc.Curve(different, same))],
                [new Curve("guessing", [(0, 0), (1, 1)])]),
            "No field links two records of a zone, so there is nothing to score by but likeness of the numbers.");
    }

    private static Happenings With(int person) => Happenings.Crowd(100, onRed: 5).And(new Group(1, Deeds.OnRed, person));

    /// <summary>Minus the distance of all numbers of the two records.</summary>
    private static double Likeness(EventRecord[] first, EventRecord[] second)
    {
        var (one, two) = (first[0], second[0]);
        var apart = Math.Abs(one.Passages - two.Passages);
        for (var i = 0; i < one.Counts.Count; i++)
            apart += Math.Abs(one.Counts[i].Count - two.Counts[i].Count);
        return -apart;
    }
}
