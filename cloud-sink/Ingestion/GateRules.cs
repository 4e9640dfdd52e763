using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>What a sink takes.</summary>
/// <param name="Profile">Only a sink in demo takes records in demo.</param>
/// <param name="Register">Which device measures which zone.</param>
/// <param name="IsSimulation">True where the simulated city and nothing else writes.</param>
internal sealed record GateRules(PrivacyProfile Profile, ZoneRegister Register, bool IsSimulation = false)
{
    /// <summary>Whose records count.</summary>
    public DeviceTrust Trust { get; init; }
}
