using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>A signal's controller on a port that the system gives: it answers every question with the same bytes, until told others.</summary>
internal sealed class PhaseServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private Task _serving;
    private volatile byte[]? _answer;
    private int _questions;

    public PhaseServer(string body)
    {
        Say(body);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync(_listener);
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/phases";

    /// <summary>So far.</summary>
    public int Questions => Volatile.Read(ref _questions);

    public void Say(string body, string status = "200 OK") => Say(Encoding.UTF8.GetBytes(body), status);

    public void Say(byte[] body, string status = "200 OK") =>
        _answer = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), .. body];

    /// <summary>These bytes as they stand, HTTP or not.</summary>
    public void SayRaw(byte[] bytes) => _answer = bytes;

    /// <summary>Takes questions and keeps the connection without a word.</summary>
    public void Hang() => _answer = null;

    public async Task GoAwayAsync()
    {
        _listener.Stop();
        await _serving;
    }

    public void ComeBack()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _serving = ServeAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await GoAwayAsync();
        _stop.Dispose();
    }

    private async Task ServeAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = AnswerAsync(await listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // It went away, or the test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                {
                }

                if (_answer is { } answer)
                    await stream.WriteAsync(answer, _stop.Token);
                Interlocked.Increment(ref _questions);
                if (_answer is null)
                    await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // Whoever asked has gone, or the test is over.
        }
    }
}
