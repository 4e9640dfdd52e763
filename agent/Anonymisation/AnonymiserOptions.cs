using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>What stands in every record of a camera, and how much it hides.</summary>
/// <param name="Site">As in the public register.</param>
/// <param name="Profile">How much is hidden.</param>
/// <param name="Policy">Version of the policy.</param>
/// <param name="Calibration">Version of the camera's calibration.</param>
/// <param name="TracksPerPerson">F, measured at set-up, at least 1.5.</param>
public sealed record AnonymiserOptions(
    string Site, PrivacyProfile Profile, string Policy, string Calibration, decimal TracksPerPerson = 1.5m);
