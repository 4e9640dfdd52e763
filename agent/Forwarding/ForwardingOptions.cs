using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Forwarding;

/// <summary>The forwarder's patience.</summary>
public sealed record ForwardingOptions
{
    /// <summary>Records on their way to the broker at one time.</summary>
    [Range(1, 1000)]
    public int InFlightMax { get; init; } = 64;

    /// <summary>The broker has had a record for so long and the sink has not: it is sent again. Doubles with each time.</summary>
    public TimeSpan ResendDelay { get; init; } = TimeSpan.FromSeconds(300);

    public TimeSpan ResendDelayMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>First pause after a failed connection; doubles up to <see cref="ReconnectDelayMax"/>, with jitter.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pause after a broker said that it is busy.</summary>
    public TimeSpan BusyDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For a connection, an acknowledgement, a subscription.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Parked records are offered again after so long, in case the broker was put right meanwhile.</summary>
    public TimeSpan ParkedRetryDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Is shown the bytes of every packet as they go into the connection to the broker, before TLS wraps them; null where nobody
    /// watches. It can only look: what is sent has been made by then.
    /// </summary>
    public Action<ReadOnlyMemory<byte>>? Tap { get; init; }

    /// <summary>How long the broker keeps the session and its messages while the device or the sink is away.</summary>
    internal static TimeSpan BrokerMemory { get; } = TimeSpan.FromDays(7);

    /// <summary>A device is called offline only after so long without it.</summary>
    internal static TimeSpan WillDelay { get; } = TimeSpan.FromSeconds(60);
}
