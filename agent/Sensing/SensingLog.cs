using Microsoft.Extensions.Logging;

namespace SocialCredit.Edge.Sensing;

/// <summary>What this project says to the technician. Never a credential, and no state of a sensor: that would be a record of passages.</summary>
internal static partial class SensingLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Watch {Sensors} sensors and drive {Outputs} outputs on {Chip}")]
    public static partial void Opened(ILogger log, int sensors, int outputs, string chip);

    [LoggerMessage(Level = LogLevel.Information, Message = "No script plays the lines of a replay: every sensor is unknown in it")]
    public static partial void NothingToReplay(ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sensor {Sensor} is unknown: nobody drives its line {Line}. Is its wire pulled?")]
    public static partial void LineLoose(ILogger log, string sensor, int line);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sensor {Sensor} is back: its line {Line} is driven and can be read")]
    public static partial void LineBack(ILogger log, string sensor, int line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sensor {Sensor} is unknown: its line {Line} cannot be read: {Reason}")]
    public static partial void LineUnreadable(ILogger log, string sensor, int line, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Output {Output} cannot be switched: {Reason}")]
    public static partial void OutputStuck(ILogger log, string output, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The lines are watched no longer; every sensor on them is unknown until the agent is started again")]
    public static partial void LinesBroken(ILogger log, Exception broken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signal {Sensor} is unknown: its controller has said nothing that can be used for {Seconds} s. {Reason}")]
    public static partial void ControllerSilent(ILogger log, string sensor, double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Signal {Sensor}: its controller answers")]
    public static partial void ControllerAnswers(ILogger log, string sensor);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signal {Sensor}: its controller says something that is not under words; it counts as unknown")]
    public static partial void WordUnknown(ILogger log, string sensor);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Signal {Sensor} is heard no longer and unknown until the agent is started again")]
    public static partial void ControllerBroken(ILogger log, Exception broken, string sensor);
}
