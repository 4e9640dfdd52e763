using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Channel;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// MQTTnet's connection with fewer calls of the kernel: MQTTnet reads each packet in three parts and writes each acknowledgement by itself, which costs more
/// than all else that it does of a small message. Here many packets are read at once, and those between <see cref="Hold"/> and
/// <see cref="ReleaseAsync"/> are written at once. Nothing is reordered.
/// </summary>
internal sealed class BufferedChannel(IMqttChannel inner) : IMqttChannel
{
    private const int ReadBytes = 64 * 1024;

    // A held packet waits for no more than this.
    private const int HeldBytesMax = 64 * 1024;

    private readonly byte[] _read = new byte[ReadBytes];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ArrayBufferWriter<byte> _held = new(HeldBytesMax);
    private int _from;
    private int _to;
    private int _holds;

    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    public bool IsSecureConnection => inner.IsSecureConnection;

    /// <summary>What is written from now on may wait for <see cref="ReleaseAsync"/>, which the caller must call. May be called by several at once.</summary>
    public void Hold() => Interlocked.Increment(ref _holds);

    /// <summary>Writes what was held.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        Interlocked.Decrement(ref _holds);
        await _writing.WaitAsync(cancellation);
        try
        {
            await WriteHeldAsync(cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    public Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _from < _to ? Task.FromResult(Take(buffer, offset, count)) : FillAsync(buffer, offset, count, cancellationToken);

    /// <summary>Of one whole packet: fragmentation is switched off, or another packet could come between its parts.</summary>
    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (Volatile.Read(ref _holds) == 0 && _held.WrittenCount == 0)
            {
                await WriteOutAsync(buffer, cancellationToken);
                return;
            }

            foreach (var part in buffer)
                _held.Write(part.Span);
            if (Volatile.Read(ref _holds) == 0 || _held.WrittenCount >= HeldBytesMax)
                await WriteHeldAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    // Not the semaphore: whoever waits for one that is disposed waits for ever, and there may be somebody. It holds nothing of the system.
    public void Dispose() => inner.Dispose();

    private async Task<int> FillAsync(byte[] buffer, int offset, int count, CancellationToken cancellation)
    {
        (_from, _to) = (0, await inner.ReadAsync(_read, 0, _read.Length, cancellation));
        return Take(buffer, offset, count);
    }

    private int Take(byte[] buffer, int offset, int count)
    {
        var taken = Math.Min(count, _to - _from);
        _read.AsSpan(_from, taken).CopyTo(buffer.AsSpan(offset));
        _from += taken;
        return taken;
    }

    private async Task WriteHeldAsync(CancellationToken cancellation)
    {
        if (_held.WrittenCount == 0)
            return;
        try
        {
            await WriteOutAsync(new ReadOnlySequence<byte>(_held.WrittenMemory), cancellation);
        }
        finally
        {
            // After a failure the connection is lost, and what was held with it.
            _held.ResetWrittenCount();
        }
    }

    private async Task WriteOutAsync(ReadOnlySequence<byte> packets, CancellationToken cancellation)
    {
        try
        {
            await inner.WriteAsync(packets, true, cancellation);
        }
        catch
        {
            // Part of a packet may be out, and nothing can follow it. Whoever reads hears that the connection is lost.
            inner.Dispose();
            throw;
        }
    }
}

/// <summary>MQTTnet's client on a <see cref="BufferedChannel"/> over its own TCP or TLS.</summary>
internal sealed class BufferedClient : IMqttClientAdapterFactory, IDisposable
{
    private BufferedChannel? _channel;

    public BufferedClient() => Mqtt = new MqttClientFactory().CreateMqttClient(this);

    public IMqttClient Mqtt { get; }

    /// <summary>Lets packets that are begun meanwhile go out in few writes. The work must not wait for the answer to one of them.</summary>
    /// <param name="work">Begins them.</param>
    /// <param name="patience">Where they do not get away for so long, the connection is lost.</param>
    public async Task TogetherAsync(Func<Task> work, TimeSpan patience)
    {
        var channel = _channel;
        channel?.Hold();
        try
        {
            await work();
        }
        finally
        {
            if (channel is not null)
            {
                using var end = new CancellationTokenSource(patience);
                await channel.ReleaseAsync(end.Token);
            }
        }
    }

    public void Dispose()
    {
        Mqtt.Dispose();
        _channel?.Dispose();
    }

    public IMqttChannelAdapter CreateClientAdapter(MqttClientOptions options, MqttPacketInspector packetInspector, IMqttNetLogger logger)
    {
        var channel = new BufferedChannel(new MqttTcpChannel(options));
        var formatter = new MqttPacketFormatterAdapter(options.ProtocolVersion, new MqttBufferWriter(options.WriterBufferSize, options.WriterBufferSizeMax));
        _channel = channel;
        return new MqttChannelAdapter(channel, formatter, logger) { AllowPacketFragmentation = false, PacketInspector = packetInspector };
    }
}
