using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Enrolment;

internal static partial class EnrolmentLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Any device may report, under the first key that it shows, because {Reason}. "
        + "To take enrolled devices only, set devices.trust: enrolled")]
    public static partial void TrustsFirstUse(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The devices could not be read from the store, what was known of them stays in force: {Problem}")]
    public static partial void NotRead(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Device {Device} is {State} now; zones: {Zones}; key {KeyId}")]
    public static partial void Changed(ILogger logger, string device, DeviceState state, string zones, string keyId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused to enrol {Device} from {Address}: {Reason}")]
    public static partial void Refused(ILogger logger, string device, string address, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The claim code of {Device} was told wrong {Count} times and is void now. If nobody mistyped it, somebody guesses; "
        + "make another with: sink device invite {Device}")]
    public static partial void ClaimVoid(ILogger logger, string device, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Device} waits to be approved; key {KeyId}. Compare it with what the device prints, then: sink device approve {Device}")]
    public static partial void Waits(ILogger logger, string device, string keyId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gave {Device} a certificate until {Until:yyyy-MM-dd HH:mm} UTC")]
    public static partial void Certified(ILogger logger, string device, DateTimeOffset until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a request at the enrolment: {Problem}")]
    public static partial void BadRequest(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "An enrolment could not be answered, the device asks again: {Problem}")]
    public static partial void NotAnswered(ILogger logger, string problem);
}
