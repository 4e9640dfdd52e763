namespace SocialCredit.Edge.Host.Watching;

/// <summary>What a range of an MQTT packet is by the standard; what it means on this device is said elsewhere.</summary>
internal enum MqttPart : byte
{
    /// <summary>The standard gives these bytes no place.</summary>
    Unknown,
    FixedHeader,
    RemainingLength,
    ProtocolName,
    ProtocolVersion,
    ConnectFlags,
    KeepAlive,
    ClientId,
    WillTopic,
    WillPayload,
    UserName,
    Password,
    Topic,
    PacketId,
    TopicFilter,
    SubscriptionOptions,
    ReasonCode,
    PropertyLength,
    Property,
    WillPropertyLength,
    WillProperty,
    Payload,
}

/// <summary>A range of bytes of a packet.</summary>
/// <param name="Part">What it is.</param>
/// <param name="Offset">Of its first byte in the packet.</param>
/// <param name="Length">In bytes, with the length that the standard puts before texts.</param>
internal readonly record struct MqttField(MqttPart Part, int Offset, int Length);

/// <summary>The types of packets, OASIS MQTT 5.0, 2.1.2.</summary>
internal enum MqttPacketType : byte
{
    Reserved,
    Connect,
    ConnAck,
    Publish,
    PubAck,
    PubRec,
    PubRel,
    PubComp,
    Subscribe,
    SubAck,
    Unsubscribe,
    UnsubAck,
    PingReq,
    PingResp,
    Disconnect,
    Auth,
}
