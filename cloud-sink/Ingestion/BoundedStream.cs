namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// What a client says, on its way to MQTTnet, which makes room for as much as a packet's first bytes announce, up to 256 MiB. Here a
/// packet that announces too much ends the connection before any room is made (MQTT 5, section 2.1.4: one to four bytes of length).
/// </summary>
/// <param name="inner">Owned.</param>
/// <param name="packetBytesMax">Of a packet behind its length.</param>
/// <param name="heard">Called after each read; true once a whole packet has come.</param>
internal sealed class BoundedStream(Stream inner, int packetBytesMax, Action<bool> heard) : Stream
{
    private const int LengthBytesMax = 4;

    // -1: the next byte is a packet's first.
    private int _lengthBytes = -1;
    private int _length;
    private int _left;
    private bool _hasPacket;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="IOException">A packet is too long.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Follow(buffer.Span[..count]);
        heard(_hasPacket);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Follow(buffer.AsSpan(offset, read));
        heard(_hasPacket);
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_left > 0)
            {
                var taken = Math.Min(_left, bytes.Length);
                _left -= taken;
                bytes = bytes[taken..];
            }
            else
            {
                FollowHead(bytes[0]);
                bytes = bytes[1..];
            }

            _hasPacket |= _left == 0 && _lengthBytes < 0;
        }
    }

    private void FollowHead(byte next)
    {
        if (_lengthBytes < 0)
        {
            (_lengthBytes, _length) = (0, 0);
            return;
        }

        _length |= (next & 0x7F) << (7 * _lengthBytes++);
        var isLast = (next & 0x80) == 0;
        if (_length > packetBytesMax || (!isLast && _lengthBytes == LengthBytesMax))
            throw new IOException($"A packet of more than {packetBytesMax} bytes.");
        if (isLast)
            (_left, _lengthBytes) = (_length, -1);
    }
}
