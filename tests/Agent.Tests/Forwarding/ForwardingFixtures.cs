using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

internal static class Records
{
    public const string Device = "device-1";

    /// <summary>A record of the n-th window of ten seconds.</summary>
    public static EventRecord Of(int window, string zone = "kerb-north", long passages = 7) => new()
    {
        Site = "plaza-7",
        Zone = zone,
        Start = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000 + (window * 10L)),
        Seconds = 10,
        Status = RecordStatus.Ok,
        Coverage = 10,
        Passages = passages,
        Counts = [new("red_crossing", 1)],
        Profile = PrivacyProfile.Demo,
        Policy = "p-1",
        Calibration = "c-1",
    };

    public static EventRecord Decode(ReadOnlyMemory<byte> payload)
    {
        Assert.True(EventRecordJson.TryDecode(payload.Span, out var record, out var reason), reason);
        return record!;
    }
}

/// <summary>An outbox in a folder of its own, with what it logs.</summary>
internal sealed class OutboxBed : IDisposable
{
    private readonly string _folder = TestPaths.NewFolder();

    public OutboxBed() => Options = new OutboxOptions { Path = Path.Combine(_folder, "outbox.db") };

    public OutboxOptions Options { get; set; }

    public CapturingLog Log { get; } = new();

    public Outbox Open(TimeProvider? time = null) => Outbox.Open(Options, time ?? TimeProvider.System, Log);

    /// <summary>Its files as a kill would leave them now.</summary>
    public OutboxBed Copy()
    {
        var copy = new OutboxBed();
        copy.Options = Options with { Path = copy.Options.Path };
        foreach (var name in Files().Where(name => !name.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var from = new FileStream(Path.Combine(_folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var to = File.Create(Path.Combine(copy._folder, name));
            from.CopyTo(to);
        }

        return copy;
    }

    public string[] Files() => [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).Order()];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>Time that passes by hand, and a wall clock that can be set without any passing.</summary>
internal sealed class SteppedTime(DateTimeOffset start) : TimeProvider
{
    private readonly FakeTimeProvider _passing = new(start);

    public TimeSpan Step { get; set; }

    public override long TimestampFrequency => _passing.TimestampFrequency;

    public void Advance(TimeSpan time) => _passing.Advance(time);

    public override DateTimeOffset GetUtcNow() => _passing.GetUtcNow() + Step;

    public override long GetTimestamp() => _passing.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _passing.CreateTimer(callback, state, dueTime, period);
}

internal sealed class CapturingLog : ILogger
{
    private readonly List<string> _lines = [];

    public string[] Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public int Count(string part) => Lines.Count(line => line.Contains(part, StringComparison.Ordinal));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
