using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Audit;

/// <summary>The agent's outbox in a temporary folder that goes with it, under a clock that the audit sets.</summary>
internal sealed class DeviceOutbox : IDisposable
{
    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // RAM-backed where there is such a folder: thousands of durable writes would wear a device's disk for nothing.
    private static readonly string Place = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private readonly string _folder = Path.Combine(Place, $"edge-audit-{Path.GetRandomFileName()}");
    private readonly Clock _clock;

    /// <exception cref="IOException">The temporary folder cannot be used.</exception>
    public DeviceOutbox(DateTimeOffset now)
    {
        _clock = new Clock { Now = now };
        Directory.CreateDirectory(_folder, OnlyMine);
        Box = Open();
    }

    public Outbox Box { get; private set; }

    public DateTimeOffset Now
    {
        set => _clock.Now = value;
    }

    /// <summary>As after a restart of the agent.</summary>
    public void Reopen()
    {
        Box.Dispose();
        Box = Open();
    }

    public void Dispose()
    {
        Box.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Outbox Open() => Outbox.Open(
        new OutboxOptions { Path = Path.Combine(_folder, "outbox.db"), PayloadBytes = Device.PayloadBytes }, _clock, NullLogger.Instance);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.Ticks;
    }
}
