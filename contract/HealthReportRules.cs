namespace SocialCredit.Edge.Contract;

/// <summary>What must hold of a health report whatever its form; the writer and the reader both keep to it.</summary>
internal static class HealthReportRules
{
    public const int UptimeMax = 99_999, SmallMax = 9999, SensorsMax = 99, NumberMax = 999_999_999;

    /// <summary>Null if the report keeps every rule, else what is wrong with it.</summary>
    public static string? Fault(HealthReport report)
    {
        if (report.V != HealthReport.Version)
            return $"'v' is not {HealthReport.Version}.";
        if (!Names.IsValid(report.Site))
            return "'site' is not of the form [a-z0-9-]{3,32}.";
        if (!Names.IsValid(report.Device))
            return "'device' is not of the form [a-z0-9-]{3,32}.";
        if (report.At.Offset != TimeSpan.Zero || report.At.Ticks % TimeSpan.TicksPerHour != 0)
            return "'at' is not a whole hour in UTC.";
        if (!Names.IsSoftware(report.Software))
            return "'software' is not of the form [a-z0-9.+-]{1,64}.";
        if (!Names.IsVersion(report.Policy))
            return "'policy' is not of the form [a-z0-9.-]{1,32}.";
        if (report.UptimeHours is < 0 or > UptimeMax || report.ClockSteps is < 0 or > SmallMax || report.SensorsUnknown is < 0 or > SensorsMax
            || report.CertificateDays is < 0 or > SmallMax)
            return "'uptimeHours', 'clockSteps', 'sensorsUnknown' or 'certificateDays' is out of its bounds.";
        return CamerasFault(report.Cameras) ?? OutboxFault(report.Outbox) ?? AttentionFault(report.Attention);
    }

    private static string? CamerasFault(IReadOnlyList<HealthCamera> cameras)
    {
        if (cameras.Count is < 1 or > HealthReport.CamerasMax)
            return $"'cameras' are not 1 to {HealthReport.CamerasMax}.";
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var camera in cameras)
        {
            if (camera is null || !Names.IsValid(camera.Camera) || !names.Add(camera.Camera))
                return "'cameras' has a name that is not of the form [a-z0-9-]{3,32}, or one twice.";
            if (!Enum.IsDefined(camera.Trouble) || camera.Coverage is < 0 or > 10)
                return $"camera {camera.Camera}: 'trouble' or 'coverage' is out of its bounds.";
            if (!Names.IsSha256(camera.Model) || !Names.IsVersion(camera.Calibration))
                return $"camera {camera.Camera}: 'model' is no sha256, or 'calibration' is no version.";
        }

        return null;
    }

    private static string? OutboxFault(HealthOutbox outbox)
    {
        long[] numbers = [outbox.Depth, outbox.Parked, outbox.Dropped, outbox.Lost, outbox.GivenUp];
        return Array.TrueForAll(numbers, number => number is >= 0 and <= NumberMax) && outbox.OldestHours is >= 0 and <= SmallMax
            ? null
            : "a number of 'outbox' is out of its bounds.";
    }

    private static string? AttentionFault(IReadOnlyList<Attention> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!Enum.IsDefined(words[i]) || (i > 0 && words[i] <= words[i - 1]))
                return "'attention' is not in the contract's words and order.";
        }

        return null;
    }
}
