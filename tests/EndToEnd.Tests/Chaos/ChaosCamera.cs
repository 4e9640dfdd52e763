using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>A real RTSP server on one port that is taken away, brought back, or made to hold its breath.</summary>
internal sealed class ChaosCamera : IDisposable
{
    private RtspServer? _server;

    /// <summary>Starts one; skips the test where there is no such server.</summary>
    public ChaosCamera()
    {
        _server = new RtspServer();
        Port = _server.Port;
    }

    public int Port { get; }

    public void ComeBack() => _server = new RtspServer(port: Port);

    public void Go()
    {
        _server?.Dispose();
        _server = null;
    }

    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Dispose() => Go();

    private void Signal(string name)
    {
        if (_server is not null)
            Signals.Send(name, _server.Id);
    }
}
