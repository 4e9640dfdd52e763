using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>A health report, a command and an answer by hand.</summary>
internal static class Reports
{
    public static HealthReport Health { get; } = new()
    {
        Site = "plaza-7",
        Device = "edge-01",
        At = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero),
        Software = "1.0.0+877df0c",
        UptimeHours = 41,
        Policy = "p-2026.3",
        Cameras =
        [
            new() { Camera = "north", Trouble = HealthTrouble.None, Coverage = 10, Model = new string('a', 64), Calibration = "c-17" },
            new() { Camera = "south", Trouble = HealthTrouble.NoFrames, Coverage = 0, Model = new string('b', 64), Calibration = "c-3" },
        ],
        Outbox = new() { Depth = 12, OldestHours = 2, Parked = 0, Refusing = false, Dropped = 0, Lost = 0, GivenUp = 0 },
        ClockSteps = 1,
        SensorsUnknown = 0,
        CertificateDays = 5,
        Attention = [Attention.CameraBlind, Attention.ClockStepped],
    };

    public static DeviceCommand Command { get; } = new()
    {
        Device = "edge-01",
        Id = 1_795_000_000,
        Issued = new DateTimeOffset(2026, 11, 22, 9, 30, 0, TimeSpan.Zero),
        Expires = new DateTimeOffset(2026, 11, 22, 9, 31, 0, TimeSpan.Zero),
        Command = CommandWord.SelfTest,
        Policy = null,
        Sha256 = null,
    };

    public static CommandAnswer Answer { get; } = new()
    {
        Device = "edge-01",
        Id = 1_795_000_000,
        Outcome = CommandOutcome.Done,
        Reason = CommandReason.None,
        Checks = [.. Enum.GetValues<SelfTestCheck>().Select(check => new SelfTestResult { Check = check, Ok = true })],
    };
}
