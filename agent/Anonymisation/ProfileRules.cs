using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>Which settings a privacy profile permits; an agent with a fault here does not start.</summary>
public static class ProfileRules
{
    /// <summary>Every fault, in words and with what to do; empty if the settings are permitted.</summary>
    /// <param name="profile">As configured.</param>
    /// <param name="seconds">Length of the window.</param>
    /// <param name="brokerIsLoopback">True where the broker's address cannot be reached from outside of this machine.</param>
    public static IReadOnlyList<string> Check(PrivacyProfile profile, int seconds, bool brokerIsLoopback)
    {
        List<string> faults = [];
        if (!WindowLengths.IsPermitted(profile, seconds))
            faults.Add($"A window of {seconds} s is not permitted by this profile. Choose {WindowLengths.InWords(profile)}.");
        if (profile == PrivacyProfile.Demo && !brokerIsLoopback)
        {
            faults.Add(
                "The profile demo publishes true counts, so its broker must be on loopback (127.0.0.1 or ::1). "
                + "Choose standard or strict for any other.");
        }

        return faults;
    }
}
