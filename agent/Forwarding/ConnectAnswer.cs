namespace SocialCredit.Edge.Forwarding;

/// <param name="Code">The CONNACK's reason code: 0 connected, or one of those below.</param>
/// <param name="Trouble">In words; null if connected.</param>
internal sealed record ConnectAnswer(int Code, string? Trouble)
{
    public const int NoAnswer = -1;

    /// <summary>We would not have it: its certificate is no proof of who it is.</summary>
    public const int Untrusted = -2;

    /// <summary>It would not have us: our certificate is no proof of who we are.</summary>
    public const int Unwelcome = -3;

    /// <summary>The broker still has this device's session; if not, it may have lost records too.</summary>
    public bool HasSession { get; init; }

    /// <summary>How many unacknowledged messages the broker takes.</summary>
    public int InFlightMax { get; init; }

    /// <summary>The SUBACK's reason code for <c>received</c>.</summary>
    public int SubscribeCode { get; init; }
}
