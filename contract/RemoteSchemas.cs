namespace SocialCredit.Edge.Contract;

/// <summary>The published JSON Schemas (draft 2020-12) of what a device says of itself and is told, as they are in this assembly.</summary>
public static class RemoteSchemas
{
    /// <summary>Of <see cref="HealthReport"/>.</summary>
    public static string Health { get; } = EventRecordSchema.Read("health-report.schema.json");

    /// <summary>Of <see cref="DeviceCommand"/>.</summary>
    public static string Command { get; } = EventRecordSchema.Read("device-command.schema.json");

    /// <summary>Of <see cref="CommandAnswer"/>.</summary>
    public static string Answer { get; } = EventRecordSchema.Read("command-answer.schema.json");
}
