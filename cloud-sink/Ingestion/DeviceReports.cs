using System.Threading.Channels;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// Takes health reports and answers of devices, beside the records and never in their way. What is not signed by the device's key is
/// refused, as is whatever comes of a device that does not count; of one whose manifest has not come nothing is known, and its next
/// report is taken.
/// </summary>
/// <param name="desk">Where they are kept.</param>
/// <param name="keyOf">The key by which a device must sign, SubjectPublicKeyInfo; null where nothing of it counts, and why.</param>
/// <param name="metrics">Counts refusals.</param>
/// <param name="time">Against which a report's hour is held.</param>
/// <param name="log">Told of refusals.</param>
internal sealed class DeviceReports(DeviceDesk desk, Func<string, (byte[]? Key, RefusalReason Missing)> keyOf, IngestMetrics metrics, TimeProvider time, ILogger<DeviceReports> log)
{
    /// <summary>A device's hour may begin a little before ours.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>A manifest that came just before takes so long to be known.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(1);

    /// <summary>More than that are not looked at again: strangers must not fill the memory.</summary>
    private const int SecondLooksMax = 100;

    private int _secondLooks;

    private readonly Channel<(IncomingMessage Message, bool IsSecond)> _waiting = Channel.CreateBounded<(IncomingMessage Message, bool IsSecond)>(
        new BoundedChannelOptions(1000) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>True for a topic whose messages belong here.</summary>
    public static bool IsOurs(string topic) => Topics.DeviceOfHealth(topic) is not null || Topics.DeviceOfAnswer(topic) is not null;

    public ValueTask TakeAsync(IncomingMessage message, CancellationToken cancellation) => _waiting.Writer.WriteAsync((message, false), cancellation);

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var (message, isSecond) in _waiting.Reader.ReadAllAsync(cancellation))
        {
            var refused = await KeepTryingAsync(message, cancellation);
            if (refused == RefusalReason.Uncovered && !isSecond && _secondLooks < SecondLooksMax)
            {
                _ = LookAgainAsync(message, cancellation);
                continue;
            }

            if (refused != RefusalReason.None)
            {
                metrics.Refused(refused);
                IngestLog.RefusedMessage(log, message.Payload.Length, LogText.Of(message.Topic), refused);
            }

            try
            {
                await message.AcknowledgeAsync(cancellation);
            }
            catch (Exception lost) when (lost is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                // The connection went away: it comes again, and changes nothing then.
            }
        }
    }

    private async Task LookAgainAsync(IncomingMessage message, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _secondLooks);
        await Task.Delay(SecondLook, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _secondLooks);
        if (!cancellation.IsCancellationRequested)
            _waiting.Writer.TryWrite((message, true));
    }

    private async Task<RefusalReason> KeepTryingAsync(IncomingMessage message, CancellationToken cancellation)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return Take(message);
            }
            catch (System.Data.Common.DbException busy)
            {
                var pause = backoff.Next();
                IngestLog.CommitFailed(log, busy, 1, pause.TotalSeconds);
                await Task.Delay(pause, time, cancellation);
            }
        }
    }

    private RefusalReason Take(IncomingMessage message)
    {
        var isHealth = Topics.DeviceOfHealth(message.Topic) is not null;
        var device = Topics.DeviceOfHealth(message.Topic) ?? Topics.DeviceOfAnswer(message.Topic)!;
        var signed = new Signed(message.Payload, message.Signature ?? "", message.KeyId ?? "");
        if (message.Payload.Length > (isHealth ? HealthReportJson.BytesMax : CommandAnswer.BytesMax))
            return RefusalReason.Oversized;
        var (key, missing) = keyOf(device);
        if (key is null)
            return missing;
        if (!signed.Holds(isHealth ? HealthReport.PayloadType : CommandAnswer.PayloadType, key))
            return RefusalReason.Report;
        return isHealth ? TakeHealth(device, signed) : TakeAnswer(device, signed);
    }

    private RefusalReason TakeHealth(string device, Signed signed)
    {
        if (!HealthReportJson.TryDecode(signed.Payload.Span, out var report, out _))
            return RefusalReason.Unreadable;
        if (report!.Device != device)
            return RefusalReason.Report;
        var now = time.GetUtcNow();
        if (report.At > now + ClockTolerance)
            return RefusalReason.Future;
        return desk.KeepHealth(report, signed, now) ? RefusalReason.None : RefusalReason.TooOld;
    }

    private RefusalReason TakeAnswer(string device, Signed signed)
    {
        if (CommandAnswer.TryDecode(signed.Payload.Span) is not { } answer)
            return RefusalReason.Unreadable;
        if (answer.Device != device)
            return RefusalReason.Report;
        IngestLog.Answered(log, device, answer.Id, answer.Outcome, answer.Reason);
        desk.KeepAnswer(answer, signed, time.GetUtcNow());
        return RefusalReason.None;
    }
}
