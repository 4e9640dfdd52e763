using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SocialCredit.Edge.Operation;

/// <summary>
/// Tells systemd that the service is ready, alive or stopping: sd_notify(3), one datagram to the socket that it names. Where none is
/// named, nothing happens.
/// </summary>
public sealed class ServiceNotice
{
    /// <summary>Where nobody waits for a word.</summary>
    public static readonly ServiceNotice None = new(null, TimeSpan.Zero, TimeProvider.System);

    private readonly UnixDomainSocketEndPoint? _manager;
    private readonly TimeSpan _every;
    private readonly TimeProvider _time;
    private long _pingedAt;

    /// <param name="socket">Its path; a name in the abstract space begins with <c>@</c>. Null for none.</param>
    /// <param name="watchdog">Within this time a sign of life is expected; zero for none.</param>
    /// <param name="time">Says when the next one is due.</param>
    internal ServiceNotice(string? socket, TimeSpan watchdog, TimeProvider time)
    {
        if (socket is { Length: > 1 })
            _manager = new UnixDomainSocketEndPoint(socket[0] == '@' ? $"\0{socket[1..]}" : socket);

        // Half of it, as sd_watchdog_enabled(3) advises.
        (_every, _time) = (watchdog / 2, time);
    }

    /// <summary>True where a sign of life is due; whoever says <see cref="Alive"/> must have seen that all goes on.</summary>
    public bool IsDue => _manager is not null && _every > TimeSpan.Zero && (_pingedAt == 0 || _time.GetElapsedTime(_pingedAt) >= _every);

    /// <summary>As the service manager says in the environment.</summary>
    public static ServiceNotice FromEnvironment(TimeProvider time)
    {
        var isForUs = Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } process
            || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var microseconds = long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out var given) && isForUs ? given : 0;
        return new ServiceNotice(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), TimeSpan.FromMicroseconds(microseconds), time);
    }

    public void Ready() => Tell("READY=1");

    public void Stopping() => Tell("STOPPING=1");

    public void Alive()
    {
        _pingedAt = _time.GetTimestamp();
        Tell("WATCHDOG=1");
    }

    private void Tell(string state)
    {
        if (_manager is null)
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.SendTo(Encoding.ASCII.GetBytes(state), _manager);
        }
        catch (SocketException)
        {
            // A manager that does not listen will miss the next sign too, and decide.
        }
    }
}
