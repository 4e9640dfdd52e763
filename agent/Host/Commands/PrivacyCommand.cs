using System.CommandLine;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge privacy</c>: what can be learned from this device, shown on the device itself.</summary>
internal static class PrivacyCommand
{
    public static Command Create() => new("privacy", "Shows what leaves this device, and attacks it.")
    {
        PrivacyShowCommand.Create(),
        PrivacyManifestCommand.Create(),
        PrivacyWatchCommand.Create(),
        PrivacyAuditCommand.Create(),
    };
}
