using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SocialCredit.Edge.Host.Remote;

/// <summary>
/// When a report is due: soon after the start, then every hour at a minute of the device's own, so that a fleet does not speak at once.
/// Nothing but the clock decides it.
/// </summary>
internal sealed class HealthSchedule
{
    /// <summary>After this minute none is made, so that each comes well before the one of two hours before is too old.</summary>
    private const int LatestMinute = 50;

    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly TimeSpan _offset;
    private readonly long _from;
    private long? _hour;

    public HealthSchedule(string device, TimeProvider time)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(device));
        _offset = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(digest) % (LatestMinute * 60));
        (_time, _from) = (time, time.GetTimestamp());
    }

    /// <summary>After the full hour.</summary>
    public TimeSpan Offset => _offset;

    /// <summary>True once for each report.</summary>
    public bool TakeDue()
    {
        // Another hour than the last one's, whichever way the clock was set.
        var hour = (_time.GetUtcNow() - _offset).Ticks / TimeSpan.TicksPerHour;
        var isDue = _hour is null ? _time.GetElapsedTime(_from) >= AfterStart : hour != _hour;
        if (isDue)
            _hour = hour;
        return isDue;
    }
}
