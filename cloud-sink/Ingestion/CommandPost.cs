using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// Sends the commands that were written down, each once, whichever of several sinks claims it first: signed by the command key, never retained, and no longer than they are valid.
/// </summary>
/// <param name="desk">Where they are written down.</param>
/// <param name="sign">The command key's signature over a payload as a command.</param>
/// <param name="time">Against which they expire.</param>
/// <param name="log">Told of each.</param>
internal sealed class CommandPost(DeviceDesk desk, Func<ReadOnlyMemory<byte>, Signed> sign, TimeProvider time, ILogger<CommandPost> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Above the time in which a broker answers or the connection is given up; a sink that was killed keeps nobody waiting for longer.</summary>
    private static readonly TimeSpan ClaimTime = TimeSpan.FromSeconds(30);

    private readonly SaidOnce _said = new();
    private bool _isFailing;

    /// <summary>Works until it is cancelled.</summary>
    /// <param name="send">Sends one that is valid for so long.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(
        Func<string, Signed, TimeSpan, CancellationToken, Task<PublishOutcome>> send, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            try
            {
                foreach (var command in desk.Unsent(time.GetUtcNow()))
                {
                    if (await SendAsync(command, send, cancellation) == PublishOutcome.NotConnected)
                        break;
                }

                _isFailing = false;
            }
            catch (Exception busy) when (busy is System.Data.Common.DbException or IOException)
            {
                if (!_isFailing)
                    IngestLog.CommandsNotSent(log, busy.Message);
                _isFailing = true;
            }
        }
    }

    private async Task<PublishOutcome> SendAsync(
        DeviceCommand command, Func<string, Signed, TimeSpan, CancellationToken, Task<PublishOutcome>> send, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (!desk.Claim(command, now, now + ClaimTime))
            return PublishOutcome.Refused;
        var left = command.Expires - now;
        if (left <= TimeSpan.Zero)
        {
            desk.MarkSent(command, now);
            IngestLog.CommandTooLate(log, command.Command, command.Id, command.Device);
            return PublishOutcome.Refused;
        }

        var topic = Topics.Command(command.Device);
        var outcome = await send(topic, sign(command.Encode()), left, cancellation);
        if (outcome == PublishOutcome.Sent)
        {
            desk.MarkSent(command, time.GetUtcNow());
            _said.Forget(command.Device);
            IngestLog.Commanded(log, command.Command, command.Id, command.Device);
        }
        else
        {
            desk.Release(command);
        }

        // Other devices do not wait for it.
        if (outcome == PublishOutcome.Refused && _said.IsNews(command.Device, topic))
            IngestLog.CommandRefused(log, command.Command, command.Id, command.Device, topic);
        return outcome;
    }
}
