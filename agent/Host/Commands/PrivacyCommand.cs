using System.CommandLine;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge privacy</c>: what can be learned from what leaves the device.</summary>
internal static class PrivacyCommand
{
    public static Command Create() => new("privacy", "Attacks, shows and explains what leaves the device.")
    {
        PrivacyAuditCommand.Create(),
    };
}
