using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocialCredit.Edge.Agent.Tests.Inference;

/// <summary>A web server of one file on a port that the system gives; may stop before the end.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FileServer(byte[] content, int? bytesSent = null, string status = "200 OK")
    {
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/small.onnx";
        _serving = ServeAsync(content, bytesSent ?? content.Length, status);
    }

    public string Url { get; }

    /// <summary>Requests so far.</summary>
    public int Requests { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(byte[] content, int bytesSent, string status)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Requests++;
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                {
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"), _stop.Token);
                await stream.WriteAsync(content.AsMemory(0, bytesSent), _stop.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException || _stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }
}
