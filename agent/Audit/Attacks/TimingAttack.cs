using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Audit.Plots;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>Sees the messages of the outbox from outside, encrypted: when each comes, how long it is, how many there are.</summary>
internal sealed class TimingAttack : IAttack
{
    private const double SameMin = 0.01;

    public string Name => "timing and size";

    public string Knows => "Cannot read a message, but sees when it comes, how long it is and how many there are: did anything happen?";

    public bool IsOfChance => true;

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var windows = effort.Of(200, 1_000, 5_000);
        var seen = Watch(device, windows);
        var (same, says) = (seen.Same, $"{windows:N0} windows of each kind.");
        if (same < SameMin)
        {
            // One honest device in a hundred is below the bar; two times in a row, one in ten thousand.
            says += $" A first try gave p = {same:0.0000}, so it was watched once more.";
            seen = Watch(device, windows);
            same = seen.Same;
        }

        return new Outcome(
            [
                Figure.AtLeast("Kolmogorov-Smirnov p", same, SameMin),
                Figure.AtMost("lengths", seen.Lengths.Count, 1, format: "0"),
                Figure.AtMost("not one message", seen.NotOne, 0, format: "0"),
            ],
            new Plot(
                "Publish time after the window's end", "seconds", "share of the messages",
                [Curve.Shares("much happened", seen.Much), Curve.Shares("nothing happened", seen.Nothing)],
                [new Curve("uniform, 120 s to 720 s", [(120, 0), (720, 1)])]),
            says);
    }

    private static Seen Watch(Device device, int windows)
    {
        var seen = new Seen([], [], []);
        Happenings[] worlds = [Happenings.Nothing, Happenings.Crowd(20, onRed: 20), Happenings.Crowd(100, onRed: 0), Happenings.Crowd(100, onRed: 60)];
        using var outbox = new DeviceOutbox(device.End);
        for (var i = 0; i < windows * 2; i++)
        {
            // Nothing and much in turn, and the two between now and then: too few to be released, and released without a deed.
            var world = i % 20 == 18 ? 1 : i % 20 == 19 ? 2 : i % 2 == 0 ? 0 : 3;
            outbox.Now = device.End;
            var closed = device.Close(worlds[world]);
            device.Store(outbox.Box, closed);
            var waiting = outbox.Box.Pending(0, 10);
            if (waiting.Count != 1)
                seen.NotOne++;
            foreach (var message in waiting)
            {
                seen.Lengths.Add(device.Send(outbox.Box.Find(message.Sequence)!).Length);
                if (world is 0 or 3)
                    (world == 0 ? seen.Nothing : seen.Much).Add((message.PublishAt - closed.End).TotalSeconds);
                outbox.Box.Covered(new Received(message.Sequence, message.Sequence, []));
            }
        }

        return seen;
    }

    private sealed record Seen(List<double> Nothing, List<double> Much, HashSet<int> Lengths)
    {
        public int NotOne { get; set; }

        public double Same => Fit.SameTail(Nothing, Much);
    }
}
