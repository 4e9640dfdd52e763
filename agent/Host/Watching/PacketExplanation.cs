using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>Says of every byte of a packet what it means, or that nothing explains it.</summary>
internal sealed class PacketExplanation
{
    private const ushort KeepAliveSeconds = 30;
    private const string PacketNumber = "Number of the packet on this connection, for its acknowledgement.";

    private readonly OwnTraffic _own;
    private readonly ReadOnlyMemory<byte> _packet;
    private readonly MqttPacketType _type;
    private readonly List<MqttField> _fields;
    private readonly OwnMessage? _message;
    private IReadOnlyList<OwnProperty> _properties = [];
    private int _nextProperty;
    private string _filter = "";

    private PacketExplanation(OwnTraffic own, ReadOnlyMemory<byte> packet)
    {
        (_own, _packet, _type) = (own, packet, MqttDecoder.TypeOf(packet.Span));
        _fields = MqttDecoder.Decode(packet.Span);
        if (_type == MqttPacketType.Connect)
            _properties = own.ConnectProperties;
        if (_type != MqttPacketType.Publish)
            return;
        var topic = TopicOf(packet.Span, _fields);
        _message = own.Messages.FirstOrDefault(message => message.Topic == topic);
        var payload = _fields.FirstOrDefault(field => field.Part == MqttPart.Payload);
        _properties = _message?.Properties(packet.Slice(payload.Offset, payload.Length)) ?? [];
    }

    /// <summary>Ranges that touch each other from the first byte to the last. Never throws, whatever the bytes are.</summary>
    public static List<ExplainedRange> Of(ReadOnlyMemory<byte> packet, OwnTraffic own)
    {
        var explanation = new PacketExplanation(own, packet);
        return [.. explanation._fields.SelectMany(explanation.Explain)];
    }

    /// <summary>What a packet is, on one line: its type, and its topic if it has one.</summary>
    public static string TitleOf(ReadOnlySpan<byte> packet)
    {
        var title = MqttDecoder.TypeOf(packet).ToString().ToUpperInvariant();
        return TopicOf(packet, MqttDecoder.Decode(packet)) is { } topic ? $"{title} {ExplainedRange.Plain(topic)}" : title;
    }

    /// <summary>The topic of a message, or null.</summary>
    public static string? TopicOf(ReadOnlySpan<byte> packet, List<MqttField> fields)
    {
        var topic = fields.FirstOrDefault(field => field.Part is MqttPart.Topic or MqttPart.TopicFilter);
        return topic.Length == 0 ? null : Encoding.UTF8.GetString(packet.Slice(topic.Offset + 2, topic.Length - 2));
    }

    private IEnumerable<ExplainedRange> Explain(MqttField field)
    {
        var bytes = _packet.Span.Slice(field.Offset, field.Length);
        if (field.Part == MqttPart.Payload && _message is not null)
            return _message.Payload(_packet.Slice(field.Offset, field.Length), field.Offset);
        var (name, value, meaning) = field.Part switch
        {
            MqttPart.FixedHeader => ("fixed header", $"0x{bytes[0]:X2}", HeaderMeaning(bytes[0])),
            MqttPart.RemainingLength => ("remaining length", Number(bytes), "So many bytes follow."),
            MqttPart.PropertyLength => ("length of properties", Number(bytes), "So many bytes of properties follow."),
            MqttPart.WillPropertyLength => (LengthOfWill(), Number(bytes), "So many bytes of the will's properties follow."),
            MqttPart.Property or MqttPart.WillProperty => Property(bytes),
            MqttPart.PacketId => ("packet id", Short(bytes), IsPacketNumber(bytes) ? PacketNumber : null),
            MqttPart.Topic => ("topic", Text(bytes), IsOwnHeader() ? _message?.Meaning : null),
            MqttPart.TopicFilter => ("topic filter", Text(bytes), FilterMeaning(_filter = Text(bytes))),
            MqttPart.SubscriptionOptions => ("subscription options", $"0x{bytes[0]:X2}", OptionsMeaning(bytes[0])),
            MqttPart.ReasonCode => ("reason code", $"0x{bytes[0]:X2}", When(bytes[0] == 0, "Success, or a normal end.")),
            _ when _type == MqttPacketType.Connect => Connect(field.Part, bytes),
            _ => ("?", "", null),
        };
        // A password is not shown even where it is not the configured one.
        var isHexadecimal = meaning is null && field.Part is not (MqttPart.UserName or MqttPart.Password);
        return [isHexadecimal ? ExplainedRange.Unexplained(name, field.Offset, bytes) : new(field.Offset, field.Length, name, ExplainedRange.Plain(value), meaning)];
    }

    private (string Name, string Value, string? Meaning) Connect(MqttPart part, ReadOnlySpan<byte> bytes) => part switch
    {
        MqttPart.ProtocolName => ("protocol name", Text(bytes), When(Text(bytes) == "MQTT", "The protocol.")),
        MqttPart.ProtocolVersion => ("protocol version", $"{bytes[0]}", When(bytes[0] == 5, "Version 5.0.")),
        MqttPart.ConnectFlags => ("connect flags", $"0x{bytes[0]:X2}", When(bytes[0] == _own.ConnectFlags, "Goes on with its session, leaves a last will; with name and password if configured.")),
        MqttPart.KeepAlive => ("keep alive", Short(bytes), When(BinaryPrimitives.ReadUInt16BigEndian(bytes) == KeepAliveSeconds, "A ping at least every 30 s.")),
        MqttPart.ClientId => ("client id", Text(bytes), When(Text(bytes) == _own.Device, "This device's name, as in the public register.")),
        MqttPart.WillTopic => ("will topic", Text(bytes), When(Text(bytes) == _own.StateTopic, "Where the broker says it if this device is gone.")),
        MqttPart.WillPayload => ("will payload", "offline", When(bytes[2..].SequenceEqual("offline"u8), "What the broker says then.")),

        // Never shown, not even in a report of what left.
        MqttPart.UserName => ("user name", "(hidden)", When(Text(bytes) == _own.User, "The broker's user, as configured.")),
        MqttPart.Password => ("password", "(hidden)", When(_own.Password is { } password && bytes[2..].SequenceEqual(Encoding.UTF8.GetBytes(password)), "The broker's password, as configured.")),
        _ => ("?", "", null),
    };

    private (string Name, string Value, string? Meaning) Property(ReadOnlySpan<byte> bytes)
    {
        var (id, value) = (bytes[0], MqttProperty.ValueOf(bytes));
        var user = id == MqttProperty.UserProperty ? MqttProperty.UserNameOf(bytes) : null;
        var name = user is null ? MqttProperty.NameOf(id) : $"user property {ExplainedRange.Plain(user)}";
        for (var i = _nextProperty; i < _properties.Count; i++)
        {
            var own = _properties[i];
            if (own.Id != id || own.Name != user || !own.Is(value))
                continue;
            _nextProperty = i + 1;
            return (name, value, own.Meaning);
        }

        return (name, value, null);
    }

    private string LengthOfWill()
    {
        (_properties, _nextProperty) = (_own.WillProperties, 0);
        return "length of will's properties";
    }

    private string? FilterMeaning(string filter) => filter switch
    {
        _ when filter == _own.ReceivedTopic => "The topic on which the sink says what it has.",
        _ when filter == _own.CommandTopic => "The topic of commands, which are taken only if the sink's enrolled key signed them.",
        SocialCredit.Edge.Contract.Topics.ActivePolicy => "The topic of the policy, which is taken only if a signed command names its bytes.",
        _ => null,
    };

    /// <summary>OASIS MQTT 5.0, 3.8.3.1: quality of service in bits 0 and 1, retain as published in bit 3.</summary>
    private string? OptionsMeaning(byte options) => options switch
    {
        0x01 when _filter != _own.CommandTopic => "Delivery at least once.",
        0x09 when _filter == _own.CommandTopic => "Delivery at least once; a message that the broker keeps is told from one that is said now.",
        _ => null,
    };

    private static string? HeaderMeaning(byte header) => header switch
    {
        0x10 => "CONNECT: asks the broker for a connection.",
        0x32 => "PUBLISH: a message, at least once.",
        0x33 => "PUBLISH: a message, at least once; the broker keeps the last one.",
        0x40 => "PUBACK: a message of the sink has arrived.",
        0x82 => "SUBSCRIBE: asks for a topic.",
        0xC0 => "PINGREQ: this device is still there.",
        0xE0 => "DISCONNECT: this device goes.",
        _ => null,
    };

    /// <summary>What is to be kept and what is not is part of what a message means.</summary>
    private bool IsOwnHeader() => _message is { } message && _packet.Span[0] switch
    {
        0x32 => message.IsRetained is not true,
        0x33 => message.IsRetained is not false,
        _ => false,
    };

    private bool IsPacketNumber(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt16BigEndian(bytes) > 0 && _type is MqttPacketType.Publish or MqttPacketType.PubAck or MqttPacketType.Subscribe;

    private static string? When(bool isSo, string meaning) => isSo ? meaning : null;

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[2..]);

    private static string Short(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes).ToString(CultureInfo.InvariantCulture);

    private static string Number(ReadOnlySpan<byte> bytes) =>
        MqttCursor.VariableLength(bytes, out var number) > 0 ? number.ToString(CultureInfo.InvariantCulture) : "?";
}
