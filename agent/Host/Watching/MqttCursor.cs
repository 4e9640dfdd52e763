using System.Buffers.Binary;
using System.Text;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>
/// Reads a packet from front to back and notes each range. What is not there, or not formed as OASIS MQTT 5.0, 1.5 asks, is not
/// taken: the call says false and the bytes stay where they are.
/// </summary>
internal ref struct MqttCursor(ReadOnlySpan<byte> packet)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _packet = packet;

    public List<MqttField> Fields { get; } = [];

    public int Offset { get; private set; }

    /// <summary>No further than this; the packet's end at first.</summary>
    public int End { get; set; } = packet.Length;

    public readonly int Left => End - Offset;

    public readonly ReadOnlySpan<byte> Rest => _packet[Offset..End];

    public bool Take(MqttPart part, int length)
    {
        if (length < 0 || length > Left)
            return false;
        if (length > 0)
            Fields.Add(new(part, Offset, length));
        Offset += length;
        return true;
    }

    /// <summary>Whatever is left is this.</summary>
    public bool TakeRest(MqttPart part) => Take(part, Left);

    public bool Byte(MqttPart part, out byte value)
    {
        value = Left > 0 ? Rest[0] : (byte)0;
        return Take(part, 1);
    }

    /// <summary>1.5.5: seven bits a byte, four bytes at most, no more of them than it needs.</summary>
    public bool Number(MqttPart part, out int value) => VariableLength(Rest, out value) is var length && length > 0 && Take(part, length);

    /// <summary>1.5.4: two bytes of length, then well-formed UTF-8 without a null.</summary>
    public bool Text(MqttPart part) => TextLength(Rest) is var length && length > 0 && Take(part, length);

    /// <summary>1.5.6: two bytes of length, then any bytes.</summary>
    public bool Binary(MqttPart part) => BinaryLength(Rest) is var length && length > 0 && Take(part, length);

    /// <summary>2.2.2: a length, then properties that fill it exactly.</summary>
    public bool Properties(MqttPart lengthPart, MqttPart part)
    {
        if (VariableLength(Rest, out var bytes) is var head && (head == 0 || bytes > Left - head))
            return false;
        Take(lengthPart, head);
        var end = Offset + bytes;
        while (Offset < end)
        {
            var length = MqttProperty.LengthOf(_packet[Offset..end]);
            if (length == 0 || !Take(part, length))
                return false;
        }

        return true;
    }

    /// <summary>Bytes of a variable byte integer at the start; 0 where there is none.</summary>
    public static int VariableLength(ReadOnlySpan<byte> bytes, out int value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(bytes.Length, 4); i++)
        {
            value |= (bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80)
                continue;
            var isShortest = i == 0 || bytes[i] != 0;
            return isShortest ? i + 1 : 0;
        }

        return 0;
    }

    /// <summary>Bytes of a text at the start, its length included; 0 where there is none.</summary>
    public static int TextLength(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryLength(bytes);
        if (length == 0)
            return 0;
        try
        {
            return Strict.GetString(bytes[2..length]).Contains('\0') ? 0 : length;
        }
        catch (DecoderFallbackException)
        {
            return 0;
        }
    }

    public static int BinaryLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2)
            return 0;
        var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return length <= bytes.Length ? length : 0;
    }
}
