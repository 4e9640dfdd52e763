using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Audit.Plots;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>Two worlds, and a score that is to tell them apart.</summary>
internal static class Worlds
{
    /// <summary>Above what epsilon permits, for chance; and so far above that a mutant is broken and not lucky.</summary>
    private const double Slack = 0.01, CaughtFrom = 0.06;

    public static (double[] Without, double[] With) Score(
        Device device, (Happenings Without, Happenings With) worlds, int runs, Func<EventRecord[], double> score)
    {
        var (without, with) = (new double[runs], new double[runs]);
        for (var run = 0; run < runs; run++)
        {
            without[run] = score(device.Publish(worlds.Without));
            with[run] = score(device.Publish(worlds.With));
        }

        return (without, with);
    }

    public static Outcome Told(string question, (double[] Without, double[] With) scores, double epsilon)
    {
        var area = Roc.Area(scores.Without, scores.With);
        return new Outcome(
            [Figure.AtMost("AUC", area, Roc.AreaMax(epsilon) + Slack, Roc.AreaMax(epsilon) + CaughtFrom)],
            new Plot(
                question, "false alarms", "hits",
                [new Curve($"the device, AUC {area:0.000}", Roc.Curve(scores.Without, scores.With))],
                [new Curve($"what epsilon {epsilon:0.0} permits, AUC {Roc.AreaMax(epsilon):0.000}", Roc.CurveMax(epsilon))]),
            $"{scores.With.Length:N0} windows of each kind. Epsilon {epsilon:0.0} permits {Roc.AreaMax(epsilon):0.000}; 0.01 are for chance.");
    }
}
