namespace SocialCredit.Edge.Forwarding;

/// <summary>What a broker's answer means for a record.</summary>
public enum DeliveryOutcome : byte
{
    /// <summary>The broker has it. It stays in the outbox until the sink has it too.</summary>
    Accepted,

    /// <summary>Not now: send the same bytes again later.</summary>
    Keep,

    /// <summary>Never in this form: park it and say so.</summary>
    Reject,
}

/// <summary>MQTT 5 reason codes, which mean the same in CONNACK, PUBACK and DISCONNECT.</summary>
internal static class ReasonCodes
{
    public const int NoMatchingSubscribers = 0x10, BadUserNameOrPassword = 0x86, NotAuthorized = 0x87, SessionTakenOver = 0x8E, PacketTooLarge = 0x95,
        PayloadFormatInvalid = 0x99;

    public static DeliveryOutcome Judge(int code) => code switch
    {
        < 0x80 => DeliveryOutcome.Accepted,
        NotAuthorized or 0x90 or PacketTooLarge or PayloadFormatInvalid => DeliveryOutcome.Reject,
        _ => DeliveryOutcome.Keep,
    };

    /// <summary>Only its owner can put right what this says about a connection.</summary>
    public static bool NeedsAttention(int code) => code is >= 0x84 and <= 0x87 or 0x8A or 0x8C;

    public static string Name(int code) => code switch
    {
        0x80 => "unspecified error",
        0x84 => "the broker does not speak MQTT 5",
        0x85 => "the device's name is not valid as a client id",
        BadUserNameOrPassword => "wrong user name or password",
        NotAuthorized => "not authorised",
        0x88 => "server unavailable",
        0x89 => "server busy",
        0x8A => "banned",
        0x8B => "the broker is shutting down",
        0x8C => "bad authentication method",
        SessionTakenOver => "another agent uses the device's name",
        0x90 => "topic name invalid",
        PacketTooLarge => "packet too large",
        0x97 => "quota exceeded",
        PayloadFormatInvalid => "payload format invalid",
        _ => "see the MQTT 5 specification, 2.4",
    };
}
