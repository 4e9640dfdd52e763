namespace SocialCredit.Edge.Sink.Serving;

/// <summary>What the serving says in the log.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of what was committed could not be shortened, it is tried again in a minute: {Reason}")]
    public static partial void NotForgotten(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhook {Webhook} did not take a message ({Reason}); it is sent again at {At}")]
    public static partial void NotDelivered(ILogger logger, string webhook, string reason, DateTimeOffset at);

    [LoggerMessage(Level = LogLevel.Error, Message = "The webhook {Webhook} did not take a message for three days ({Reason}); it is given up")]
    public static partial void GivenUp(ILogger logger, string webhook, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changed grades could not be looked for, they are in half a minute: {Reason}")]
    public static partial void GradesNotRead(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Home Assistant is told of the first {Told} zones only; homeAssistant.zones allows more")]
    public static partial void NotAllTold(ILogger logger, int told);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Home Assistant could not be told what is new, it is in a minute: {Reason}")]
    public static partial void NotLookedAround(ILogger logger, string reason);
}
