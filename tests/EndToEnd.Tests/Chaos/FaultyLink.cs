using System.Net;
using System.Net.Sockets;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>A TCP way between clients and a server that does what networks do: it is cut, says nothing for a while, or is slow.</summary>
internal sealed class FaultyLink : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly HashSet<Socket> _open = [];
    private readonly int _to;
    private readonly Task _accepting;
    private volatile bool _isCut;
    private volatile bool _isHeld;
    private volatile int _bytesPerSecond = int.MaxValue;

    public FaultyLink(int to)
    {
        _to = to;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Every connection is reset, and every new one too.</summary>
    public bool IsCut
    {
        set
        {
            _isCut = value;
            if (value)
                Reset();
        }
    }

    /// <summary>Nothing passes in either direction, and nobody is told: half-open connections.</summary>
    public bool IsHeld
    {
        set => _isHeld = value;
    }

    public int BytesPerSecond
    {
        set => _bytesPerSecond = value;
    }

    /// <summary>As at the first.</summary>
    public void Heal() => (IsCut, IsHeld, BytesPerSecond) = (false, false, int.MaxValue);

    /// <summary>Resets all that is open now.</summary>
    public void Reset()
    {
        lock (_open)
        {
            foreach (var socket in _open)
                Close(socket);
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        Reset();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                var from = await _listener.AcceptSocketAsync(_ended.Token);
                _ = CarryAsync(from);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Either the end, or a client that went before it was taken.
            }
        }
    }

    private async Task CarryAsync(Socket from)
    {
        var to = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_open)
        {
            _open.Add(from);
            _open.Add(to);
        }

        try
        {
            while (_isHeld)
                await Task.Delay(Step, _ended.Token);
            if (_isCut)
                return;
            await to.ConnectAsync(IPAddress.Loopback, _to, _ended.Token);
            await Task.WhenAny(PumpAsync(from, to), PumpAsync(to, from));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side of a broken way hears of it below.
        }
        finally
        {
            Close(from);
            Close(to);
            lock (_open)
            {
                _open.Remove(from);
                _open.Remove(to);
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, Math.Max(1, _bytesPerSecond / 50))), _ended.Token) is > 0 and var count)
            {
                while (_isHeld)
                    await Task.Delay(Step, _ended.Token);
                if (_bytesPerSecond != int.MaxValue)
                    await Task.Delay(Step, _ended.Token);
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _ended.Token);
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Whoever carries closes both sides.
        }
    }

    // With a reset, not a farewell.
    private static void Close(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // It never was open, or is closed already.
        }

        socket.Dispose();
    }
}
