using System.Collections.Concurrent;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// What the sink says to everybody and the broker retains: the policy, what was received of each device, public scores. Changes
/// of one topic that come close together go out once, with what is true at that moment. A new connection says all of it again,
/// because a broker may forget; of public scores, which are as many as there are zones and are said with every record, only some are kept for that.
/// </summary>
internal sealed class RetainedBoard(TimeProvider time, ILogger<RetainedBoard> log) : IDisposable
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(30), StorePause = TimeSpan.FromSeconds(2);

    // Where so much is to be said, more of it will change in a moment: each topic is said once a second then, and not ten times.
    private const int ManyTopics = 100;

    private static readonly TimeSpan GatheringMany = TimeSpan.FromMilliseconds(900);

    // What is asked of the store for them is one query.
    private const int SaidAtOnce = 128;

    /// <summary>So many public scores wait or are kept at most; each takes about a kilobyte.</summary>
    public const int ScoresMax = 20_000;

    // Longer than it takes to say some, as long as there is a connection.
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Said> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _due = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<IReadOnlyList<(string Name, string Value)>>> _properties = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changed = new(0);
    private volatile Func<string, bool>? _isRepeated;
    private long _lastSent;

    /// <summary>Says something new on a topic; <paramref name="payload"/> is asked when it is sent.</summary>
    public void Announce(string topic, Func<ReadOnlyMemory<byte>> payload) => Announce([topic], _ => [payload()]);

    /// <summary>Says something new on topics; <paramref name="payloads"/> is asked when they are sent, of several at once, and answers in their order.</summary>
    public void Announce(IEnumerable<string> topics, Func<IReadOnlyList<string>, IReadOnlyList<ReadOnlyMemory<byte>>> payloads)
    {
        var said = new Said(payloads, IsPassing: false);
        foreach (var topic in topics)
            Put(topic, said);
        _changed.Release();
    }

    /// <summary>
    /// Says a public score. Where <see cref="ScoresMax"/> wait, because there is no connection, this one is not said: it is with its zone's next record.
    /// </summary>
    /// <returns>False where it is not.</returns>
    public bool AnnounceScore(string topic, ReadOnlyMemory<byte> payload)
    {
        if (_due.Count >= ScoresMax && !_due.ContainsKey(topic))
            return false;
        Put(topic, new Said(_ => [payload], IsPassing: true));
        _changed.Release();
        return true;
    }

    /// <summary>Waits while so many scores wait that the next would not be said, unless none gets away.</summary>
    public void WaitForRoom(CancellationToken cancellation)
    {
        while (_due.Count > ScoresMax / 2 && time.GetElapsedTime(Interlocked.Read(ref _lastSent)) < Standstill)
            cancellation.WaitHandle.WaitOne(Gathering);
    }

    /// <summary>User properties that go with what is said on a topic; asked when it is sent.</summary>
    public void Describe(string topic, Func<IReadOnlyList<(string Name, string Value)>> properties) => _properties[topic] = properties;

    /// <inheritdoc cref="Describe"/>
    public IReadOnlyList<(string Name, string Value)> PropertiesOf(string topic) => _properties.TryGetValue(topic, out var properties) ? properties() : [];

    /// <summary>
    /// Says once more, after a while, what was asked of the store when it was said: another sink may have said something newer before, and
    /// the older would stay. Whoever says something repeats it, so the last to do so says what is true.
    /// </summary>
    /// <param name="isRepeated">Of which topics.</param>
    /// <param name="interval">Far longer than a message takes.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RepeatAsync(Func<string, bool> isRepeated, TimeSpan interval, CancellationToken cancellation)
    {
        _isRepeated = isRepeated;
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            foreach (var topic in _said.Keys)
            {
                _said.TryRemove(topic, out _);
                _due.TryAdd(topic, false);
            }

            _changed.Release();
        }
    }

    /// <summary>Everything is due again.</summary>
    public void AnnounceAll()
    {
        foreach (var topic in _topics.Keys)
            _due[topic] = true;
        _changed.Release();
    }

    /// <summary>Sends what is due until it is cancelled.</summary>
    /// <param name="publish">Sends some and says what became of each; what finds no connection waits for <see cref="AnnounceAll"/> or for more to say.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(
        Func<IReadOnlyList<(string Topic, ReadOnlyMemory<byte> Payload)>, CancellationToken, Task<PublishOutcome[]>> publish, CancellationToken cancellation)
    {
        while (true)
        {
            await _changed.WaitAsync(cancellation);
            await Task.Delay(Gathering, time, cancellation);
            if (_due.Count > ManyTopics)
                await Task.Delay(GatheringMany, time, cancellation);
            while (_changed.CurrentCount > 0)
                await _changed.WaitAsync(cancellation);
            foreach (var topics in _due.Keys.Chunk(SaidAtOnce))
            {
                if (!await SayAsync(topics, publish, cancellation))
                    break;
            }
        }
    }

    public void Dispose() => _changed.Dispose();

    private void Put(string topic, Said said)
    {
        _topics[topic] = said;
        _due[topic] = true;
    }

    /// <returns>False where there is no connection, or the store gives nothing.</returns>
    private async Task<bool> SayAsync(
        string[] topics, Func<IReadOnlyList<(string Topic, ReadOnlyMemory<byte> Payload)>, CancellationToken, Task<PublishOutcome[]>> publish,
        CancellationToken cancellation)
    {
        // Taken off first: a change that comes while they are sent makes the topic due once more.
        var taken = new List<(string Topic, bool IsNews, Said Said)>(topics.Length);
        foreach (var topic in topics)
        {
            if (_due.TryRemove(topic, out var isNews) && _topics.TryGetValue(topic, out var said))
                taken.Add((topic, isNews, said));
        }

        var asked = taken.GroupBy(one => one.Said.Payloads).Select(group => group.ToList()).ToList();
        List<(string Topic, ReadOnlyMemory<byte> Payload)> messages;
        try
        {
            messages = [.. asked.SelectMany(group => group.Select(one => one.Topic).Zip(group[0].Said.Payloads([.. group.Select(one => one.Topic)])))];
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or IOException)
        {
            // A full disk or a locked file heals; devices keep what they are not told of.
            foreach (var (topic, isNews, _) in taken)
                _due.TryAdd(topic, isNews);
            IngestLog.NothingToPublish(log, failure.Message, StorePause.TotalSeconds);
            await Task.Delay(StorePause, time, cancellation);
            _changed.Release();
            return false;
        }

        var outcomes = await publish(messages, cancellation);
        string? refused = null;
        foreach (var ((topic, isNews, said), outcome) in asked.SelectMany(group => group).Zip(outcomes))
        {
            if (outcome == PublishOutcome.NotConnected)
                _due.TryAdd(topic, isNews);
            else
                Interlocked.Exchange(ref _lastSent, time.GetTimestamp());
            if (outcome == PublishOutcome.Sent && isNews && _isRepeated?.Invoke(topic) == true)
                _said[topic] = true;
            if (outcome == PublishOutcome.Sent && said.IsPassing && _topics.Count > ScoresMax)
                _topics.TryRemove(KeyValuePair.Create(topic, said));
            if (outcome != PublishOutcome.Refused)
                continue;
            _due[topic] = true;
            refused ??= topic;
        }

        if (refused is not null)
        {
            IngestLog.NotPublished(log, refused, RefusedPause.TotalSeconds);
            await Task.Delay(RefusedPause, time, cancellation);
            _changed.Release();
        }

        return !outcomes.Contains(PublishOutcome.NotConnected);
    }

    /// <param name="Payloads">Asked when they are sent, of several topics at once.</param>
    /// <param name="IsPassing">Need not be said again after a new connection.</param>
    private sealed record Said(Func<IReadOnlyList<string>, IReadOnlyList<ReadOnlyMemory<byte>>> Payloads, bool IsPassing);
}
