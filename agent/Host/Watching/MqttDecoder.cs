namespace SocialCredit.Edge.Host.Watching;

/// <summary>
/// Takes a packet that a client sent apart, by OASIS MQTT 5.0 alone: it shares nothing with the library that made the packet, so
/// that what that library adds does not go unseen.
/// </summary>
internal static class MqttDecoder
{
    /// <summary>
    /// Ranges that touch each other from the first byte to the last. Never throws: what the standard has no place for, or what is
    /// not formed as it says, is <see cref="MqttPart.Unknown"/>.
    /// </summary>
    public static List<MqttField> Decode(ReadOnlySpan<byte> packet)
    {
        var cursor = new MqttCursor(packet);
        // 2.1: type and flags, then how many bytes follow.
        if (cursor.Byte(MqttPart.FixedHeader, out var header) && cursor.Number(MqttPart.RemainingLength, out var length) && length <= cursor.Left)
        {
            cursor.End = cursor.Offset + length;
            Body(ref cursor, (MqttPacketType)(header >> 4), header & 0x0F);
            cursor.End = packet.Length;
        }

        cursor.TakeRest(MqttPart.Unknown);
        return cursor.Fields;
    }

    public static MqttPacketType TypeOf(ReadOnlySpan<byte> packet) =>
        packet.IsEmpty ? MqttPacketType.Reserved : (MqttPacketType)(packet[0] >> 4);

    private static bool Body(ref MqttCursor cursor, MqttPacketType type, int flags) => type switch
    {
        MqttPacketType.Connect => Connect(ref cursor),
        MqttPacketType.Publish => Publish(ref cursor, quality: (flags >> 1) & 3),
        MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp =>
            cursor.Take(MqttPart.PacketId, 2) && Reason(ref cursor),
        MqttPacketType.Subscribe => Subscribe(ref cursor, hasOptions: true),
        MqttPacketType.Unsubscribe => Subscribe(ref cursor, hasOptions: false),
        MqttPacketType.Disconnect or MqttPacketType.Auth => Reason(ref cursor),

        // 3.12: a ping has no body. The others are a broker's to send.
        _ => true,
    };

    /// <summary>3.1.</summary>
    private static bool Connect(ref MqttCursor cursor)
    {
        const int will = 0x04, password = 0x40, userName = 0x80;
        return cursor.Text(MqttPart.ProtocolName)
            && cursor.Byte(MqttPart.ProtocolVersion, out _)
            && cursor.Byte(MqttPart.ConnectFlags, out var flags)
            && cursor.Take(MqttPart.KeepAlive, 2)
            && cursor.Properties(MqttPart.PropertyLength, MqttPart.Property)
            && cursor.Text(MqttPart.ClientId)
            && ((flags & will) == 0
                || (cursor.Properties(MqttPart.WillPropertyLength, MqttPart.WillProperty) && cursor.Text(MqttPart.WillTopic) && cursor.Binary(MqttPart.WillPayload)))
            && ((flags & userName) == 0 || cursor.Text(MqttPart.UserName))
            && ((flags & password) == 0 || cursor.Binary(MqttPart.Password));
    }

    /// <summary>3.3.</summary>
    private static bool Publish(ref MqttCursor cursor, int quality) =>
        quality < 3
        && cursor.Text(MqttPart.Topic)
        && (quality == 0 || cursor.Take(MqttPart.PacketId, 2))
        && cursor.Properties(MqttPart.PropertyLength, MqttPart.Property)
        && cursor.TakeRest(MqttPart.Payload);

    /// <summary>3.8, 3.10.</summary>
    private static bool Subscribe(ref MqttCursor cursor, bool hasOptions)
    {
        if (!cursor.Take(MqttPart.PacketId, 2) || !cursor.Properties(MqttPart.PropertyLength, MqttPart.Property))
            return false;
        while (cursor.Left > 0)
        {
            if (!cursor.Text(MqttPart.TopicFilter) || (hasOptions && !cursor.Byte(MqttPart.SubscriptionOptions, out _)))
                return false;
        }

        return true;
    }

    /// <summary>3.4 to 3.7, 3.14, 3.15: both may be left out at the end.</summary>
    private static bool Reason(ref MqttCursor cursor) =>
        cursor.Left == 0
        || (cursor.Byte(MqttPart.ReasonCode, out _) && (cursor.Left == 0 || cursor.Properties(MqttPart.PropertyLength, MqttPart.Property)));
}
