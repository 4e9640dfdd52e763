using System.Collections.Concurrent;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// What the sink says to everybody and the broker retains: the policy, what was received of each device, public scores. Changes
/// of one topic that come close together go out once, with what is true at that moment. A new connection says all of it again,
/// because a broker may forget.
/// </summary>
internal sealed class RetainedBoard(TimeProvider time, ILogger<RetainedBoard> log) : IDisposable
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(30);

    // Where so much is to be said, more of it will change in a moment: each topic is said once a second then, and not ten times.
    private const int ManyTopics = 100;

    private static readonly TimeSpan GatheringMany = TimeSpan.FromMilliseconds(900);

    // What is asked of the store for them is one query.
    private const int SaidAtOnce = 128;

    private readonly ConcurrentDictionary<string, Func<IReadOnlyList<string>, IReadOnlyList<ReadOnlyMemory<byte>>>> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _due = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<IReadOnlyList<(string Name, string Value)>>> _properties = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>Says something new on a topic; <paramref name="payload"/> is asked when it is sent.</summary>
    public void Announce(string topic, Func<ReadOnlyMemory<byte>> payload) => Announce([topic], _ => [payload()]);

    /// <summary>Says something new on topics; <paramref name="payloads"/> is asked when they are sent, of several at once, and answers in their order.</summary>
    public void Announce(IEnumerable<string> topics, Func<IReadOnlyList<string>, IReadOnlyList<ReadOnlyMemory<byte>>> payloads)
    {
        foreach (var topic in topics)
        {
            _topics[topic] = payloads;
            _due[topic] = true;
        }

        _changed.Release();
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
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            foreach (var topic in _said.Keys)
            {
                _said.TryRemove(topic, out _);
                if (isRepeated(topic))
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
    /// <param name="publish">Sends some and says what became of each; what finds no connection waits for <see cref="AnnounceAll"/>.</param>
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

    /// <returns>False where there is no connection.</returns>
    private async Task<bool> SayAsync(
        string[] topics, Func<IReadOnlyList<(string Topic, ReadOnlyMemory<byte> Payload)>, CancellationToken, Task<PublishOutcome[]>> publish,
        CancellationToken cancellation)
    {
        // Taken off first: a change that comes while they are sent makes the topic due once more.
        var news = new HashSet<string>(StringComparer.Ordinal);
        foreach (var topic in topics)
        {
            if (_due.TryRemove(topic, out var isNews) && isNews)
                news.Add(topic);
        }

        var messages = new List<(string Topic, ReadOnlyMemory<byte> Payload)>(topics.Length);
        foreach (var asked in topics.GroupBy(topic => _topics[topic]))
            messages.AddRange(asked.Zip(asked.Key([.. asked])));
        var outcomes = await publish(messages, cancellation);
        foreach (var ((topic, _), outcome) in messages.Zip(outcomes))
        {
            if (outcome == PublishOutcome.Sent && news.Contains(topic))
                _said[topic] = true;
            if (outcome == PublishOutcome.Refused)
                _due[topic] = true;
        }

        if (Array.IndexOf(outcomes, PublishOutcome.Refused) is >= 0 and var first)
        {
            IngestLog.NotPublished(log, messages[first].Topic, RefusedPause.TotalSeconds);
            await Task.Delay(RefusedPause, time, cancellation);
            _changed.Release();
        }

        return !outcomes.Contains(PublishOutcome.NotConnected);
    }
}
