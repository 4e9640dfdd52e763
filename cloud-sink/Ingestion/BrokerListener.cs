using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Server;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// Where clients come in, and the bounds that MQTTnet's own listener has not: how many there may be, how long one may take to say who
/// it is (TLS included), how long it may be silent, how long a packet may be.
/// </summary>
/// <param name="key">The key in <c>sink.yaml</c> that is at fault if the port is taken.</param>
/// <param name="tls">Asked at each connection; null for plain text.</param>
/// <param name="runtime">Clock and log.</param>
internal sealed class BrokerListener(string key, Func<SslServerAuthenticationOptions>? tls, IngestionRuntime runtime) : IMqttServerAdapter
{
    public const int DefaultConnectionsMax = 2_000;

    // What the sink itself reads at most, see MqttLink: what is too long for a record is counted there, not here.
    public const int PacketBytesMax = 256 * 1024;

    public static readonly TimeSpan OpeningMax = TimeSpan.FromSeconds(10);

    /// <summary>A device says something every 30 s; whoever does not for this long is no longer there.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SaidInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Guest, bool> _guests = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly ILogger _log = runtime.Logs.CreateLogger<BrokerListener>();
    private TcpListener? _listener;
    private (int WriterBytes, int WriterBytesMax, IMqttNetLogger Log) _mqtt;
    private long _said;
    private int _unsaid;

    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>How many may be connected, or about to be.</summary>
    public int ConnectionsMax { get; init; } = DefaultConnectionsMax;

    /// <summary>Listens from now on; connections wait until the server is started.</summary>
    /// <returns>Where: the port that was asked for, or the one that was free.</returns>
    /// <exception cref="BrokerPortException">The port cannot be had.</exception>
    public IPEndPoint Bind(IPEndPoint where)
    {
        _listener = new TcpListener(where);
        try
        {
            if (where.Address.Equals(IPAddress.IPv6Any))
                _listener.Server.DualMode = true;
            _listener.Start();
        }
        catch (SocketException taken)
        {
            throw new BrokerPortException(key, where, taken);
        }

        return (IPEndPoint)_listener.LocalEndpoint;
    }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        _mqtt = (options.WriterBufferSize, options.WriterBufferSizeMax, logger);
        _said = runtime.Time.GetTimestamp() - runtime.Time.TimestampFrequency * (long)SaidInterval.TotalSeconds;
        _ = Task.Run(AcceptAsync);
        _ = Task.Run(LookAsync);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        await _ended.CancelAsync();
        _listener?.Stop();
        foreach (var guest in _guests.Keys)
            guest.Socket.Dispose();
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var ended = _ended.Token;
        while (!ended.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener!.AcceptSocketAsync(ended);
                if (_guests.Count < ConnectionsMax)
                    _ = ServeAsync(new Guest(socket, runtime.Time));
                else
                    Refuse(socket, $"there are {ConnectionsMax} already");
            }
            catch (SocketException failed) when (!ended.IsCancellationRequested)
            {
                // Out of descriptors, or a client that was gone before it was taken: neither ends the broker.
                Say("nobody", failed.Message);
                await Task.Delay(LookInterval, runtime.Time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception) when (ended.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Guest guest)
    {
        _guests[guest] = true;
        Stream? stream = null;
        try
        {
            guest.Socket.NoDelay = true;
            var (local, remote) = (guest.Socket.LocalEndPoint, guest.Socket.RemoteEndPoint);
            (stream, var certificate) = await OpenAsync(guest);
            using var channel = new MqttTcpChannel(stream, local, remote, certificate);
            var formatter = new MqttPacketFormatterAdapter(new MqttBufferWriter(_mqtt.WriterBytes, _mqtt.WriterBytesMax));
            using var adapter = new MqttChannelAdapter(channel, formatter, _mqtt.Log);
            await ClientHandler!(adapter);
        }
        catch (Exception failed) when (failed is IOException or AuthenticationException or SocketException or ObjectDisposedException)
        {
            // Whatever a stranger's end of the line does, it ends this connection and nothing else.
            if (!_ended.IsCancellationRequested)
                Say(guest.Remote, guest.Ending ?? failed.GetBaseException().Message);
        }
        finally
        {
            _guests.TryRemove(guest, out _);
            if (stream is not null)
                await stream.DisposeAsync();
            guest.Socket.Dispose();
        }
    }

    private async Task<(Stream Stream, X509Certificate2? Certificate)> OpenAsync(Guest guest)
    {
        Stream line = new NetworkStream(guest.Socket, ownsSocket: true);
        X509Certificate2? certificate = null;
        if (tls is not null)
        {
            var secured = new SslStream(line);
            line = secured;
            try
            {
                await secured.AuthenticateAsServerAsync(tls(), _ended.Token);
            }
            catch
            {
                await secured.DisposeAsync();
                throw;
            }

            // A copy: the stream's own goes with it.
            certificate = X509CertificateLoader.LoadCertificate(secured.RemoteCertificate!.GetRawCertData());
        }

        return (new BoundedStream(line, PacketBytesMax, guest.Heard), certificate);
    }

    /// <summary>Closes who takes too long to come in, and who is no longer there.</summary>
    private async Task LookAsync()
    {
        var ended = _ended.Token;
        using var timer = new PeriodicTimer(LookInterval, runtime.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                foreach (var guest in _guests.Keys)
                    guest.EndIfLate();
            }
        }
        catch (OperationCanceledException)
        {
            // The broker ends.
        }
    }

    private void Refuse(Socket socket, string problem)
    {
        Say(Guest.RemoteOf(socket), problem);
        socket.Dispose();
    }

    // Anybody can make lines here; they must not drown the others.
    private void Say(string remote, string problem)
    {
        if (runtime.Time.GetElapsedTime(Interlocked.Read(ref _said)) < SaidInterval)
        {
            Interlocked.Increment(ref _unsaid);
            return;
        }

        Interlocked.Exchange(ref _said, runtime.Time.GetTimestamp());
        IngestLog.ConnectionRefused(_log, remote, problem, Interlocked.Exchange(ref _unsaid, 0));
    }

    /// <summary>A connection, from its first byte to its last.</summary>
    private sealed class Guest(Socket socket, TimeProvider time)
    {
        private long _heardAt = time.GetTimestamp();
        private volatile bool _isIn;

        public Socket Socket => socket;

        public string Remote { get; } = RemoteOf(socket);

        /// <summary>Why it was ended here.</summary>
        public string? Ending { get; private set; }

        public static string RemoteOf(Socket socket)
        {
            try
            {
                return socket.RemoteEndPoint?.ToString() ?? "nobody";
            }
            catch (SocketException)
            {
                return "nobody";
            }
        }

        public void Heard(bool hasPacket)
        {
            // Until it has said who it is, only the time since it came counts.
            if (!hasPacket)
                return;
            _isIn = true;
            Interlocked.Exchange(ref _heardAt, time.GetTimestamp());
        }

        public void EndIfLate()
        {
            var silence = time.GetElapsedTime(Interlocked.Read(ref _heardAt));
            if (silence <= (_isIn ? SilenceMax : OpeningMax))
                return;
            Ending = _isIn ? $"it said nothing for {SilenceMax.TotalMinutes:0} minutes" : $"it did not say who it is within {OpeningMax.TotalSeconds:0} s";
            socket.Dispose();
        }
    }
}

/// <summary>A port on which the broker is to listen cannot be had.</summary>
internal sealed class BrokerPortException(string key, IPEndPoint where, SocketException taken)
    : IOException($"{key}: {where} cannot be listened on ({taken.Message}). Stop the other program or choose another; 0 takes any free one.", taken);
