using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Enrolling;

namespace SocialCredit.Edge.Agent.Tests.Host.Enrolling;

/// <summary>The enrolment of a sink as a device sees it: a real TLS server with a private authority, which answers as it is told.</summary>
#pragma warning disable CA1001, CA2213 // Its source of cancellation is asked after the end.
internal sealed class StandInDesk : IAsyncDisposable
#pragma warning restore CA1001, CA2213
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _server;
    private readonly List<EnrolmentRequest> _requests = [];
    private readonly Task _serving;

    /// <param name="authority">That it shows.</param>
    /// <param name="proves">That its certificate is of; another one plays somebody who stands between.</param>
    /// <param name="port">0 takes any.</param>
    /// <param name="protocol">Of TLS.</param>
    public StandInDesk(TestAuthority authority, TestAuthority? proves = null, int port = 0, SslProtocols protocol = SslProtocols.Tls13)
    {
        (Authority, _server) = (authority, (proves ?? authority).Server());
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Sink = new Uri($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync(protocol);
    }

    public TestAuthority Authority { get; }

    public Uri Sink { get; }

    /// <summary>What it answers; approves under a certificate of a week by default.</summary>
    public Func<EnrolmentRequest, EnrolmentAnswer> Answer { get; set; } = _ => new EnrolmentAnswer { Status = EnrolmentStatus.Waiting };

    /// <summary>Called before an answer goes out.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    public EnrolmentRequest[] Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public ClaimCode Claim => new("0011223344556677", Authority.Pin);

    public EnrolmentAnswer Approve(EnrolmentRequest request, DateTimeOffset now, TimeSpan? life = null, string? device = null) => new()
    {
        Status = EnrolmentStatus.Approved,
        Certificate = Authority.Device(Convert.FromBase64String(request.SigningRequest), now, now + (life ?? TimeSpan.FromDays(7)), device),
        Authority = Authority.Pem,
        CommandKey = "a2V5",
        Zones = request.Zones,
        BrokerHost = "broker.example",
        BrokerPort = 8883,
    };

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _server.Dispose();
    }

    private async Task ServeAsync(SslProtocols protocol)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = _server, EnabledSslProtocols = protocol }, _stop.Token);
                await AnswerAsync(stream);
            }
            catch (Exception ended) when (ended is IOException or AuthenticationException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // A client that goes is none of this test's faults; the next one comes.
            }
        }
    }

    private async Task AnswerAsync(SslStream stream)
    {
        var (head, body) = await ReadAsync(stream);
        var isAuthority = head.StartsWith($"GET {SinkLink.AuthorityPath} ", StringComparison.Ordinal);
        byte[] answer;
        if (isAuthority)
        {
            answer = Encoding.ASCII.GetBytes(Authority.Pem);
        }
        else
        {
            var request = EnrolmentRequest.TryDecode(body)!;
            lock (_requests)
                _requests.Add(request);
            answer = Answer(request).Encode();
            await BeforeAnswer();
        }

        var date = DateTimeOffset.UnixEpoch.AddDays(20_000).ToString("R");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nDate: {date}\r\nConnection: close\r\nContent-Length: {answer.Length}\r\n\r\n"), _stop.Token);
        await stream.WriteAsync(answer, _stop.Token);
        await stream.ShutdownAsync();
    }

    private async Task<(string Head, byte[] Body)> ReadAsync(SslStream stream)
    {
        const string end = "\r\n\r\n", length = "Content-Length: ";
        var (bytes, buffer) = (new List<byte>(), new byte[8192]);
        while (true)
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
                throw new IOException("The client has gone.");
            bytes.AddRange(buffer.AsSpan(0, read));
            var text = Encoding.ASCII.GetString([.. bytes]);
            if (text.IndexOf(end, StringComparison.Ordinal) is not (>= 0 and var at))
                continue;
            var head = text[..at];
            var line = head.Split("\r\n").FirstOrDefault(one => one.StartsWith(length, StringComparison.OrdinalIgnoreCase));
            var expected = line is null ? 0 : int.Parse(line[length.Length..]);
            var body = bytes.Skip(at + end.Length).ToArray();
            if (body.Length >= expected)
                return (head, body);
        }
    }
}
