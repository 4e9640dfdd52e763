using System.Collections.Concurrent;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// Beside the records: how the device is, what it is told, what it answers. It takes reports and answers and nothing else, and they are
/// signed as they are sent, so that a key that was changed meanwhile signs what waited. Any thread.
/// </summary>
public sealed class DeviceMail
{
    /// <summary>Answers that wait for a connection; whoever sends commands faster gets no more of them.</summary>
    private const int AnswersMax = 16;

    private readonly ConcurrentQueue<CommandAnswer> _answers = [];
    private HealthReport? _health;
    private int _isHealthSaid;

    /// <summary>
    /// Gets every command as it came; must not wait. Null for a device without an enrolled command key: it does not even subscribe.
    /// </summary>
    public Action<IncomingCommand>? Commanded { get; init; }

    /// <summary>Gets the bytes of the policy on its topic, by whoever wrote them; only where there are commands. Must not wait.</summary>
    public Action<ReadOnlyMemory<byte>>? PolicyCame { get; init; }

    /// <summary>Every answer was taken by a broker.</summary>
    public bool IsEmpty => _answers.IsEmpty;

    internal Action WakeUp { get; set; } = () => { };

    /// <summary>The report that is in force from now on, said now and again at each connection.</summary>
    public void Put(HealthReport report)
    {
        Volatile.Write(ref _health, report);
        Volatile.Write(ref _isHealthSaid, 0);
        WakeUp();
    }

    /// <summary>An answer to be sent once; dropped where too many wait.</summary>
    public void Put(CommandAnswer answer)
    {
        if (_answers.Count >= AnswersMax)
            return;
        _answers.Enqueue(answer);
        WakeUp();
    }

    /// <summary>A connection was made: the report is said again, since a broker may forget.</summary>
    internal void StartOver() => Volatile.Write(ref _isHealthSaid, 0);

    /// <summary>The report to be said now, or null.</summary>
    internal HealthReport? TakeHealth() => Interlocked.Exchange(ref _isHealthSaid, 1) == 0 ? Volatile.Read(ref _health) : null;

    /// <summary>The oldest answer; it stays until <see cref="AnswerSaid"/>.</summary>
    internal CommandAnswer? NextAnswer() => _answers.TryPeek(out var answer) ? answer : null;

    internal void AnswerSaid() => _answers.TryDequeue(out _);

    internal void Take(IncomingCommand command)
    {
        if (Commanded is { } taken)
            taken(command);
    }

    internal void TakePolicy(byte[] bytes)
    {
        if (bytes.Length <= ManifestWords.PolicyBytesMax && PolicyCame is { } taken)
            taken(bytes);
    }
}
