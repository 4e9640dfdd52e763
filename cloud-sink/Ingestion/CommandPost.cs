using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// Sends the commands that were written down, each once: signed by the command key, never retained, and no longer than they are valid.
/// </summary>
/// <param name="desk">Where they are written down.</param>
/// <param name="sign">The command key's signature over a payload as a command.</param>
/// <param name="time">Against which they expire.</param>
/// <param name="log">Told of each.</param>
internal sealed class CommandPost(DeviceDesk desk, Func<ReadOnlyMemory<byte>, Signed> sign, TimeProvider time, ILogger<CommandPost> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

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
                foreach (var command in desk.Unsent())
                {
                    var left = command.Expires - time.GetUtcNow();
                    if (left > TimeSpan.Zero && await send(Topics.Command(command.Device), sign(command.Encode()), left, cancellation) != PublishOutcome.Sent)
                        break;
                    desk.MarkSent(command, time.GetUtcNow());
                    if (left > TimeSpan.Zero)
                        IngestLog.Commanded(log, command.Command, command.Id, command.Device);
                    else
                        IngestLog.CommandTooLate(log, command.Command, command.Id, command.Device);
                }
            }
            catch (Exception busy) when (busy is System.Data.Common.DbException or IOException)
            {
                IngestLog.CommandsNotSent(log, busy.Message);
            }
        }
    }
}
