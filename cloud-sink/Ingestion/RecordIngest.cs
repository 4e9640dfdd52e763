using System.Threading.Channels;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// From message to commit: gathers messages into batches of 500 or of 50 ms, whichever comes first, commits each batch in one
/// transaction, and only then acknowledges its messages and announces what was received.
/// </summary>
internal sealed class RecordIngest(
    RecordGate gate, IEventStore store, RetainedBoard board, IngestMetrics metrics, ILogger<RecordIngest> log)
{
    internal const int BatchMax = 500;

    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(5);

    // Full, it makes the reader of the broker wait; the broker then keeps what is not acknowledged.
    private readonly Channel<IncomingMessage> _queue = Channel.CreateBounded<IncomingMessage>(
        new BoundedChannelOptions(8 * BatchMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private TimeProvider _time = TimeProvider.System;
    private long _turnedAt;
    private volatile string? _trouble;

    /// <summary>Why the store takes nothing, or null where it does.</summary>
    public string? Trouble => _trouble;

    /// <summary>How long one batch has been worked on without a sign; zero while there is none.</summary>
    public TimeSpan LongestTurn => Volatile.Read(ref _turnedAt) is not 0 and var at ? _time.GetElapsedTime(at) : TimeSpan.Zero;

    /// <summary>A zone has other numbers than before; told after the commit.</summary>
    public Action<string> ZoneChanged { get; set; } = _ => { };

    /// <summary>Takes over a message; waits while the store is behind.</summary>
    public ValueTask TakeAsync(IncomingMessage message, CancellationToken cancellation) => _queue.Writer.WriteAsync(message, cancellation);

    /// <summary>Works until it is cancelled. A batch that is not committed by then was never acknowledged and comes again.</summary>
    public async Task RunAsync(TimeProvider time, CancellationToken cancellation)
    {
        _time = time;
        var batch = new List<IncomingMessage>(BatchMax);
        while (await _queue.Reader.WaitToReadAsync(cancellation))
        {
            batch.Clear();
            await GatherAsync(batch, time, cancellation);
            Turn();
            var records = await ReadAsync(batch, time, cancellation);
            var outcomes = await CommitAsync(records, time, cancellation);
            foreach (var message in batch)
                await AcknowledgeAsync(message, cancellation);
            Report(outcomes);
            Volatile.Write(ref _turnedAt, 0);
        }
    }

    // It looks every few milliseconds: to be woken for each message would cost as much as to read it.
    private async Task GatherAsync(List<IncomingMessage> batch, TimeProvider time, CancellationToken cancellation)
    {
        var from = time.GetTimestamp();
        while (true)
        {
            while (batch.Count < BatchMax && _queue.Reader.TryRead(out var message))
                batch.Add(message);
            if (batch.Count == BatchMax || time.GetElapsedTime(from) >= BatchTime)
                return;
            await Task.Delay(GatherTime, time, cancellation);
        }
    }

    // In the order in which they came: a device says what it can send before it sends it.
    private async Task<List<IncomingRecord>> ReadAsync(List<IncomingMessage> batch, TimeProvider time, CancellationToken cancellation)
    {
        var records = new List<IncomingRecord>(batch.Count);
        await KeepTryingAsync(gate.Refresh, batch.Count, time, cancellation);
        for (int at = 0, next; at < batch.Count; at = next)
        {
            next = at + 1;
            if (Topics.DeviceOfManifest(batch[at].Topic) is { } device)
            {
                var manifest = batch[at];
                Count(await KeepTryingAsync(() => gate.TakeManifest(device, manifest), 1, time, cancellation));
                continue;
            }

            while (next < batch.Count && Topics.DeviceOfManifest(batch[next].Topic) is null)
                next++;
            var run = batch.GetRange(at, next - at);
            var judged = await KeepTryingAsync(() => gate.Judge(run), run.Count, time, cancellation);
            for (var i = 0; i < run.Count; i++)
                Sort(run[i], judged[i], records);
        }

        return records;
    }

    private void Sort(IncomingMessage message, (IncomingRecord? Record, RefusalReason Unread) judged, List<IncomingRecord> records)
    {
        if (judged.Record is not null)
        {
            records.Add(judged.Record);
            return;
        }

        Count(judged.Unread);
        if (!IsSaidByGate(judged.Unread))
            IngestLog.RefusedMessage(log, message.Payload.Length, LogText.Of(message.Topic), judged.Unread);
    }

    // Once, where it would be said of each of a device's records.
    private static bool IsSaidByGate(RefusalReason reason) => reason is RefusalReason.Uncovered or RefusalReason.Future or RefusalReason.Unsigned or RefusalReason.WrongKey
        or RefusalReason.Revoked or RefusalReason.NotEnrolled or RefusalReason.ZoneNotEnrolled;

    private async Task<IReadOnlyList<(IncomingRecord, IngestOutcome)>> CommitAsync(
        List<IncomingRecord> records, TimeProvider time, CancellationToken cancellation) =>
        records.Count == 0 ? [] : [.. records.Zip(await KeepTryingAsync(() => Ingest(records, time), records.Count, time, cancellation))];

    private IReadOnlyList<IngestOutcome> Ingest(List<IncomingRecord> records, TimeProvider time)
    {
        var from = time.GetTimestamp();
        var outcomes = store.Ingest(records);
        metrics.CommitTook(time.GetElapsedTime(from));
        return outcomes;
    }

    private void Turn() => Volatile.Write(ref _turnedAt, _time.GetTimestamp());

    private async Task<T> KeepTryingAsync<T>(Func<T> commit, int count, TimeProvider time, CancellationToken cancellation)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
        while (true)
        {
            Turn();
            try
            {
                var result = commit();
                _trouble = null;
                return result;
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or IOException)
            {
                // A full disk or a locked file heals; until then the broker keeps everything, since nothing is acknowledged.
                var pause = backoff.Next();
                _trouble = failure.Message;
                metrics.CommitFailed();
                IngestLog.CommitFailed(log, failure, count, pause.TotalSeconds);
                Volatile.Write(ref _turnedAt, 0);
                await Task.Delay(pause, time, cancellation);
            }
        }
    }

    private void Count(RefusalReason refused)
    {
        if (refused != RefusalReason.None)
            metrics.Refused(refused);
    }

    private static async Task AcknowledgeAsync(IncomingMessage message, CancellationToken cancellation)
    {
        try
        {
            await message.AcknowledgeAsync(cancellation);
        }
        catch (Exception lost) when (lost is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The connection went away: the broker delivers it again, and it is a duplicate then.
        }
    }

    private void Report(IReadOnlyList<(IncomingRecord Incoming, IngestOutcome Outcome)> outcomes)
    {
        if (outcomes.Count == 0)
            return;
        foreach (var (incoming, outcome) in outcomes)
        {
            metrics.Committed(incoming, outcome);
            if (outcome is IngestOutcome.Stored or IngestOutcome.Conflict)
                ZoneChanged(incoming.Record.Zone);
            if (outcome == IngestOutcome.Stored && gate.IsDemo)
                Show(incoming.Record);
            if (outcome == IngestOutcome.Conflict)
                IngestLog.Conflict(log, incoming.Record.Id, incoming.Device);
            if (outcome != IngestOutcome.Refused)
                continue;
            metrics.Refused(incoming.Refused);
            IngestLog.RefusedRecord(log, incoming.Record.Sequence, incoming.Device, incoming.Record.Id, incoming.Refused);
        }

        var devices = outcomes.Select(o => o.Incoming.Device).ToHashSet(StringComparer.Ordinal);
        IngestLog.Committed(log, outcomes.Count, devices.Count, outcomes.Count(o => o.Outcome == IngestOutcome.Stored));
        foreach (var device in devices)
            board.Announce(Topics.Received(device), () => store.ReceivedOf(device).Encode());
    }

    private void Show(EventRecord record) => IngestLog.Stored(
        log, record.Site, record.Zone, record.Start, record.Status, record.Passages,
        string.Join(", ", record.Counts.Select(count => $"{count.Behaviour} {count.Count}")));
}
