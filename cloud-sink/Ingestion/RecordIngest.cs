using System.Threading.Channels;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// From message to commit: gathers messages into batches of 500 or of 50 ms, whichever comes first, commits each batch in one
/// transaction, and only then acknowledges its messages and announces what was received. While one batch is committed the next is read.
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

    // One batch waits for the store at most: what was judged shall not lie about.
    private readonly Channel<ReadBatch> _read = Channel.CreateBounded<ReadBatch>(
        new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly ReceivedTelling _telling = new(store, board);
    private readonly Work _reading = new();
    private readonly Work _committing = new();

    private TimeProvider _time = TimeProvider.System;

    /// <summary>Why the store takes nothing, or null where it does.</summary>
    public string? Trouble => _committing.Trouble ?? _reading.Trouble;

    /// <summary>How long one batch has been worked on without a sign; zero while there is none.</summary>
    public TimeSpan LongestTurn => TimeSpan.FromTicks(Math.Max(_reading.Lasts(_time).Ticks, _committing.Lasts(_time).Ticks));

    /// <summary>Lets the acknowledgements of a batch go out together.</summary>
    public Func<Func<Task>, Task> Together { get; set; } = acknowledge => acknowledge();

    /// <summary>A zone has other numbers than before; told after the commit.</summary>
    public Action<string> ZoneChanged { get; set; } = _ => { };

    /// <summary>Takes over a message; waits while the store is behind.</summary>
    public ValueTask TakeAsync(IncomingMessage message, CancellationToken cancellation) => _queue.Writer.WriteAsync(message, cancellation);

    /// <summary>Works until it is cancelled. A batch that is not committed by then was never acknowledged and comes again.</summary>
    public async Task RunAsync(TimeProvider time, CancellationToken cancellation)
    {
        _time = time;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops = [Task.Run(() => ReadAllAsync(ended.Token), CancellationToken.None), Task.Run(() => CommitAllAsync(ended.Token), CancellationToken.None)];

        // One that fails takes the other with it.
        var first = await Task.WhenAny(loops);
        await ended.CancelAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private async Task ReadAllAsync(CancellationToken cancellation)
    {
        while (await _queue.Reader.WaitToReadAsync(cancellation))
        {
            var messages = new List<IncomingMessage>(BatchMax);
            await GatherAsync(messages, _time, cancellation);
            _reading.Turn(_time);
            var records = await ReadAsync(messages, cancellation);
            _reading.Rest();
            await _read.Writer.WriteAsync(new ReadBatch(messages, records), cancellation);
        }
    }

    private async Task CommitAllAsync(CancellationToken cancellation)
    {
        await foreach (var (messages, records) in _read.Reader.ReadAllAsync(cancellation))
        {
            _committing.Turn(_time);
            var outcomes = records.Count == 0 ? [] : await KeepTryingAsync(_committing, () => Ingest(records), records.Count, cancellation);

            // What is lost on the way is delivered again.
            await Together(() => AcknowledgeAsync(messages, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
            Report(records, outcomes);
            _committing.Rest();
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
    private async Task<List<IncomingRecord>> ReadAsync(List<IncomingMessage> batch, CancellationToken cancellation)
    {
        var records = new List<IncomingRecord>(batch.Count);
        await KeepTryingAsync(_reading, gate.Refresh, batch.Count, cancellation);
        for (int at = 0, next; at < batch.Count; at = next)
        {
            next = at + 1;
            if (Topics.DeviceOfManifest(batch[at].Topic) is { } device)
            {
                var manifest = batch[at];
                Count(await KeepTryingAsync(_reading, () => gate.TakeManifest(device, manifest), 1, cancellation));
                continue;
            }

            while (next < batch.Count && Topics.DeviceOfManifest(batch[next].Topic) is null)
                next++;
            var run = batch.GetRange(at, next - at);
            var judged = await KeepTryingAsync(_reading, () => gate.Judge(run), run.Count, cancellation);
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

    private IReadOnlyList<IngestOutcome> Ingest(List<IncomingRecord> records)
    {
        var from = _time.GetTimestamp();
        var outcomes = store.Ingest(records);
        metrics.CommitTook(_time.GetElapsedTime(from));
        return outcomes;
    }

    private async Task<T> KeepTryingAsync<T>(Work work, Func<T> commit, int count, CancellationToken cancellation)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
        while (true)
        {
            work.Turn(_time);
            try
            {
                var result = commit();
                work.Trouble = null;
                return result;
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or IOException)
            {
                // A full disk or a locked file heals; until then the broker keeps everything, since nothing is acknowledged.
                var pause = backoff.Next();
                work.Trouble = failure.Message;
                metrics.CommitFailed();
                IngestLog.CommitFailed(log, failure, count, pause.TotalSeconds);
                work.Rest();
                await Task.Delay(pause, _time, cancellation);
            }
        }
    }

    private void Count(RefusalReason refused)
    {
        if (refused != RefusalReason.None)
            metrics.Refused(refused);
    }

    private static async Task AcknowledgeAsync(List<IncomingMessage> messages, CancellationToken cancellation)
    {
        foreach (var message in messages)
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
    }

    private void Report(List<IncomingRecord> records, IReadOnlyList<IngestOutcome> outcomes)
    {
        if (outcomes.Count == 0)
            return;
        var devices = new HashSet<string>(StringComparer.Ordinal);
        var stored = 0;
        for (var i = 0; i < records.Count; i++)
        {
            var (incoming, outcome) = (records[i], outcomes[i]);
            devices.Add(incoming.Device);
            stored += outcome == IngestOutcome.Stored ? 1 : 0;
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

        IngestLog.Committed(log, records.Count, devices.Count, stored);
        _telling.Tell(devices);
    }

    private void Show(EventRecord record) => IngestLog.Stored(
        log, record.Site, record.Zone, record.Start, record.Status, record.Passages,
        string.Join(", ", record.Counts.Select(count => $"{count.Behaviour} {count.Count}")));

    /// <summary>What one batch became.</summary>
    private sealed record ReadBatch(List<IncomingMessage> Messages, List<IncomingRecord> Records);

    /// <summary>What may be seen from outside of one of the two loops.</summary>
    private sealed class Work
    {
        private long _turnedAt;
        private volatile string? _trouble;

        public string? Trouble
        {
            get => _trouble;
            set => _trouble = value;
        }

        public void Turn(TimeProvider time) => Volatile.Write(ref _turnedAt, time.GetTimestamp());

        public void Rest() => Volatile.Write(ref _turnedAt, 0);

        public TimeSpan Lasts(TimeProvider time) => Volatile.Read(ref _turnedAt) is not 0 and var at ? time.GetElapsedTime(at) : TimeSpan.Zero;
    }
}
