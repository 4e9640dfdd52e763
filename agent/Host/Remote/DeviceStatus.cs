using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Remote;

/// <summary>How the parts of the device are at this moment, as the reports and the self-test tell it.</summary>
/// <param name="Cameras">Every camera of the configuration, in its order.</param>
/// <param name="Records">How records wait.</param>
/// <param name="IsConnected">To the broker.</param>
/// <param name="SensorsUnknown">Of which nothing is known.</param>
/// <param name="CertificateDays">Null where there is none.</param>
/// <param name="IsFaulty">The configuration's file has faults.</param>
/// <param name="IsRolledBack">The configuration's file did not prove itself.</param>
internal sealed record DeviceStatus(
    IReadOnlyList<CameraStanding> Cameras, OutboxState Records, bool IsConnected, int SensorsUnknown, int? CertificateDays, bool IsFaulty, bool IsRolledBack);

/// <param name="Section">Of the configuration.</param>
/// <param name="Model">SHA-256 of its weights.</param>
/// <param name="State">Null where the configuration switches it off.</param>
/// <param name="Done">Frames that went all the way.</param>
internal sealed record CameraStanding(CameraSection Section, string Model, CameraState? State, long Done)
{
    public HealthTrouble Trouble => State is null ? HealthTrouble.Disabled : Enum.Parse<HealthTrouble>(State.Trouble.ToString());

    /// <summary>It gives frames, and they are seen; how good the picture is does not matter here.</summary>
    public bool GivesFrames => Done > 0 && Trouble is not (HealthTrouble.Opening or HealthTrouble.NoFrames or HealthTrouble.Disabled or HealthTrouble.Broken);

    /// <summary>It sees.</summary>
    public bool IsWatching => State is { Status: CameraStatus.Online or CameraStatus.Degraded } && GivesFrames;

    /// <summary>It should see and does not. A file that was read to its end has done all that it can.</summary>
    public bool IsBlind => State is { Status: CameraStatus.Blind } || (State is not null && Trouble is HealthTrouble.Broken or HealthTrouble.Disabled && Section.Enabled);
}
