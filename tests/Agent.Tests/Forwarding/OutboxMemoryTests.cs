using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>A window is drawn once, also where its record has left long ago and the file was damaged since.</summary>
public sealed class OutboxMemoryTests
{
    [Fact]
    public void A_rebuilt_outbox_draws_no_window_again_that_was_delivered_before()
    {
        const int windows = 400, waiting = 20;
        using var bed = new OutboxBed();
        var time = new SteppedTime(DateTimeOffset.FromUnixTimeSeconds(1_790_002_000));
        OutboxBed stopped;
        using (var outbox = bed.Open(time))
        {
            // Each is delivered soon, so that what is written later takes its place in the file.
            for (var window = 0; window < windows; window++)
            {
                var sequence = outbox.Append(Records.Of(window), DateTimeOffset.UnixEpoch).Entry!.Sequence;
                if (window >= waiting)
                    outbox.Covered(new Received(sequence - waiting, sequence - waiting, []));
            }

            stopped = bed.Copy();
        }

        using (stopped)
        {
            Spoil(stopped.Options.Path);
            Spoil(stopped.Options.Path + "-wal");
            using var rebuilt = stopped.Open(time);

            Assert.NotNull(rebuilt.State.SetAside);
            Assert.All(
                // The later ones are in the log alone, which is not read beyond the damage.
                Enumerable.Range(0, windows / 2),
                window => Assert.Equal(AppendOutcome.AlreadyDrawn, rebuilt.Append(Records.Of(window), DateTimeOffset.UnixEpoch).Outcome));
        }
    }

    /// <summary>One byte of each sealed record; the rest of the file is as it was.</summary>
    private static void Spoil(string path)
    {
        var bytes = File.ReadAllBytes(path);
        for (var at = 0; bytes.AsSpan(at).IndexOf("SCEntry1"u8) is >= 0 and var next; at += next + 1)
            bytes[at + next + 30] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
