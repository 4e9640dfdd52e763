using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Plots;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>Windows with fewer than k = 30 true passages: none may be released, whatever the noise.</summary>
internal sealed class FewPassagesAttack : IAttack
{
    private const int PassagesMin = 30;

    public string Name => "few passages";

    public string Knows => "Waits for a number from a window in which fewer than k = 30 tracks passed, all of them on red.";

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var windows = effort.Of(3_000, 200_000, 1_000_000);
        var worlds = Enumerable.Range(0, PassagesMin).Select(n => Happenings.Nothing.And(new Group(n, Deeds.OnRed))).ToArray();
        var released = new int[PassagesMin];
        for (var i = 0; i < windows; i++)
        {
            if (device.Publish(worlds[i % PassagesMin]).Any(SaysSomething))
                released[i % PassagesMin]++;
        }

        var share = released.Select((count, n) => ((double)n, (double)count * PassagesMin / windows));
        return new Outcome(
            [Figure.AtMost("windows released", released.Sum(), 0, format: "N0")],
            new Plot("Windows with too few passages", "true passages", "share released", [new Curve("the device", [.. share])], []),
            $"{windows:N0} windows.");
    }

    private static bool SaysSomething(EventRecord record) =>
        record.Status != RecordStatus.Low || record.Passages != 0 || record.Counts.Any(count => count.Count != 0);
}
