using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Plots;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>
/// Makes the device send a window again and again, in the hope of another draw of the noise to average: by not acknowledging, by a
/// restart, by a crash after which the window is drawn once more, and after the sink has it.
/// </summary>
internal sealed class ResendAttack : IAttack
{
    private const int ResendsOfWindow = 5;

    public string Name => "resend";

    public string Knows => "Keeps the acknowledgement back and crashes the device, so that every window is sent again and drawn again.";

    public bool IsOfChance => true;

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var windows = effort.Of(100, 100, 1_000) / ResendsOfWindow;
        var world = Happenings.Crowd(100, onRed: 5);
        var payloads = new List<(double X, double Y)>();
        var many = 0;
        using var outbox = new DeviceOutbox(device.End);
        for (var i = 0; i < windows; i++)
        {
            outbox.Now = device.End;
            device.Store(outbox.Box, device.Close(world));
            HashSet<string> seen = [];
            Send(seen);
            Send(seen);
            outbox.Reopen();
            Send(seen);
            device.Store(outbox.Box, device.CloseAgain(world));
            Send(seen);
            outbox.Reopen();
            device.Store(outbox.Box, device.CloseAgain(world));
            Send(seen);
            Cover();
            device.Store(outbox.Box, device.CloseAgain(world));
            Send(seen);
            many += seen.Count == 1 ? 0 : 1;
            payloads.Add((i + 1, seen.Count));
        }

        return new Outcome(
            [Figure.AtMost("not one payload", many, 0, format: "0")],
            new Plot("Payloads of one key", "window", "different payloads", [new Curve("the device", payloads)], []),
            $"{windows:N0} windows, {windows * ResendsOfWindow:N0} resends: sent twice, after a restart, after two crashes that drew the window again, and offered once more after the sink had it.");

        // Everything that waits; within one hour that can be one window only.
        void Send(HashSet<string> seen)
        {
            foreach (var message in outbox.Box.Pending(0, 10))
                seen.Add(Convert.ToHexString(device.Send(outbox.Box.Find(message.Sequence)!).Span));
        }

        void Cover()
        {
            foreach (var message in outbox.Box.Pending(0, 10))
                outbox.Box.Covered(new Received(message.Sequence, message.Sequence, []));
        }
    }
}
