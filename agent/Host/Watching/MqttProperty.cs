using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>The properties of OASIS MQTT 5.0, table 2-4: which there are and how each is formed.</summary>
internal static class MqttProperty
{
    public const byte MessageExpiry = 0x02, ContentType = 0x03, SessionExpiry = 0x11, WillDelay = 0x18, UserProperty = 0x26;

    private enum Form : byte
    {
        Byte,
        TwoBytes,
        FourBytes,
        Number,
        Text,
        Binary,
        Pair,
    }

    private static readonly Dictionary<byte, (string Name, Form Form)> Known = new()
    {
        [0x01] = ("payload format indicator", Form.Byte),
        [MessageExpiry] = ("message expiry interval", Form.FourBytes),
        [ContentType] = ("content type", Form.Text),
        [0x08] = ("response topic", Form.Text),
        [0x09] = ("correlation data", Form.Binary),
        [0x0B] = ("subscription identifier", Form.Number),
        [SessionExpiry] = ("session expiry interval", Form.FourBytes),
        [0x12] = ("assigned client identifier", Form.Text),
        [0x13] = ("server keep alive", Form.TwoBytes),
        [0x15] = ("authentication method", Form.Text),
        [0x16] = ("authentication data", Form.Binary),
        [0x17] = ("request problem information", Form.Byte),
        [WillDelay] = ("will delay interval", Form.FourBytes),
        [0x19] = ("request response information", Form.Byte),
        [0x1A] = ("response information", Form.Text),
        [0x1C] = ("server reference", Form.Text),
        [0x1F] = ("reason string", Form.Text),
        [0x21] = ("receive maximum", Form.TwoBytes),
        [0x22] = ("topic alias maximum", Form.TwoBytes),
        [0x23] = ("topic alias", Form.TwoBytes),
        [0x24] = ("maximum quality of service", Form.Byte),
        [0x25] = ("retain available", Form.Byte),
        [UserProperty] = ("user property", Form.Pair),
        [0x27] = ("maximum packet size", Form.FourBytes),
        [0x28] = ("wildcard subscription available", Form.Byte),
        [0x29] = ("subscription identifier available", Form.Byte),
        [0x2A] = ("shared subscription available", Form.Byte),
    };

    /// <summary>Bytes of the property at the start, its identifier included; 0 where there is none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || !Known.TryGetValue(bytes[0], out var known))
            return 0;
        var value = bytes[1..];
        var length = known.Form switch
        {
            Form.Byte => 1,
            Form.TwoBytes => 2,
            Form.FourBytes => 4,
            Form.Number => MqttCursor.VariableLength(value, out _),
            Form.Text => MqttCursor.TextLength(value),
            Form.Binary => MqttCursor.BinaryLength(value),
            _ => PairLength(value),
        };
        return length > 0 && length <= value.Length ? 1 + length : 0;
    }

    public static string NameOf(byte id) => Known[id].Name;

    /// <summary>Its value as text: a number's digits, a text, a pair's value; of bytes their hexadecimal digits.</summary>
    /// <param name="property">As <see cref="LengthOf"/> measured it.</param>
    public static string ValueOf(ReadOnlySpan<byte> property)
    {
        var value = property[1..];
        return Known[property[0]].Form switch
        {
            Form.Byte => Digits(value[0]),
            Form.TwoBytes => Digits(BinaryPrimitives.ReadUInt16BigEndian(value)),
            Form.FourBytes => Digits(BinaryPrimitives.ReadUInt32BigEndian(value)),
            Form.Number => MqttCursor.VariableLength(value, out var number) > 0 ? Digits((uint)number) : "",
            Form.Text => Encoding.UTF8.GetString(value[2..]),
            Form.Binary => Convert.ToHexString(value[2..]),
            _ => Encoding.UTF8.GetString(value[(MqttCursor.BinaryLength(value) + 2)..]),
        };
    }

    /// <summary>The name in a user property.</summary>
    public static string UserNameOf(ReadOnlySpan<byte> property) =>
        Encoding.UTF8.GetString(property[3..(1 + MqttCursor.BinaryLength(property[1..]))]);

    private static int PairLength(ReadOnlySpan<byte> bytes)
    {
        var name = MqttCursor.TextLength(bytes);
        var value = name > 0 ? MqttCursor.TextLength(bytes[name..]) : 0;
        return value > 0 ? name + value : 0;
    }

    private static string Digits(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
