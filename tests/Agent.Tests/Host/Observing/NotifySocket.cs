using System.Net.Sockets;
using System.Text;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Observing;

/// <summary>The socket of a service manager, as systemd opens it.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _heard = [];

    public NotifySocket() => _socket.Bind(new UnixDomainSocketEndPoint(Path));

    public string Path { get; } = System.IO.Path.Combine(TestPaths.NewFolder(), "notify");

    /// <summary>All that was said so far, in order.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            var bytes = new byte[4096];
            while (_socket.Available > 0)
                _heard.Add(Encoding.ASCII.GetString(bytes, 0, _socket.Receive(bytes)));
            return _heard;
        }
    }

    public void Dispose() => _socket.Dispose();
}
