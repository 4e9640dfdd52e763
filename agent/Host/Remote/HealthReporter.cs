using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Remote;

/// <summary>Makes the health report and the self-test of how the device is. Nothing of what was seen is at hand here.</summary>
internal static class HealthReporter
{
    private const int CertificateDaysMin = 2;

    /// <param name="configuration">The one that runs.</param>
    /// <param name="status">How its parts are.</param>
    /// <param name="life">What was counted since the last report.</param>
    /// <param name="now">By the device's clock.</param>
    public static HealthReport Report(AgentConfiguration configuration, DeviceStatus status, AgentLife life, DateTimeOffset now) => new()
    {
        Site = configuration.Options.Site,
        Device = configuration.Options.Device,
        At = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero),
        Software = DeviceManifest.Software(),
        UptimeHours = (int)Math.Min(life.Uptime.TotalHours, 99_999),
        Policy = configuration.Policy.Id,
        Cameras = [.. status.Cameras.Select(camera => new HealthCamera
        {
            Camera = camera.Section.Name,
            Trouble = camera.Trouble,
            Coverage = life.CoverageOf(camera.Section.Name),
            Model = camera.Model,
            Calibration = camera.Section.Calibration,
        })],
        Outbox = new HealthOutbox
        {
            Depth = Bounded(status.Records.Depth),
            OldestHours = (int)Math.Clamp(status.Records.OldestAge.TotalHours, 0, 9999),
            Parked = Bounded(status.Records.Parked),
            Refusing = status.Records.IsRefusing,
            Dropped = Bounded(status.Records.Losses.Dropped),
            Lost = Bounded(status.Records.Losses.Lost),
            GivenUp = Bounded(status.Records.Losses.GivenUp),
        },
        ClockSteps = Math.Min(life.ClockSteps, 9999),
        SensorsUnknown = Math.Min(status.SensorsUnknown, 99),
        CertificateDays = status.CertificateDays is { } days ? Math.Clamp(days, 0, 9999) : null,
        Attention = [.. AttentionTo(status, life)],
    };

    /// <summary>What was given up in the life of the device.</summary>
    public static long LossesOf(DeviceStatus status) =>
        status.Records.Losses.Dropped + status.Records.Losses.Lost + status.Records.Losses.GivenUp;

    public static IReadOnlyList<SelfTestResult> SelfTest(DeviceStatus status, AgentLife life) =>
    [
        new() { Check = SelfTestCheck.Cameras, Ok = status.Cameras.All(camera => camera.State is null || camera.IsWatching || camera.Trouble == HealthTrouble.Ended) },
        new() { Check = SelfTestCheck.Model, Ok = status.Cameras.All(camera => camera.State is null || camera.Done > 0) },
        new() { Check = SelfTestCheck.Outbox, Ok = !status.Records.IsRefusing && status.Records is { Parked: 0, SetAside: null } },
        new() { Check = SelfTestCheck.Clock, Ok = !life.HasClockStepped },
        new() { Check = SelfTestCheck.Sensors, Ok = status.SensorsUnknown == 0 },
        new() { Check = SelfTestCheck.Certificate, Ok = status.CertificateDays is null or > CertificateDaysMin },
        new() { Check = SelfTestCheck.Configuration, Ok = !status.IsFaulty && !status.IsRolledBack },
    ];

    private static IEnumerable<Attention> AttentionTo(DeviceStatus status, AgentLife life)
    {
        (bool Holds, Attention Word)[] all =
        [
            (status.Cameras.Any(camera => camera.IsBlind), Attention.CameraBlind),
            (status.SensorsUnknown > 0, Attention.SensorUnknown),
            (status.Records.Parked > 0, Attention.OutboxParked),
            (status.Records.IsRefusing, Attention.OutboxRefusing),
            (status.Records.SetAside is not null, Attention.OutboxDamaged),
            (LossesOf(status) > (life.LossesReported ?? LossesOf(status)), Attention.RecordsLost),
            (life.HasClockStepped, Attention.ClockStepped),
            (status.CertificateDays <= CertificateDaysMin, Attention.CertificateEnding),
            (status.IsFaulty, Attention.ConfigurationFaulty),
            (status.IsRolledBack, Attention.ConfigurationRolledBack),
            (life.HasRefusedCommand, Attention.CommandRefused),
        ];
        return all.Where(one => one.Holds).Select(one => one.Word);
    }

    private static long Bounded(long number) => Math.Clamp(number, 0, 999_999_999);
}
