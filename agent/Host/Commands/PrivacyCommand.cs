using System.CommandLine;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge privacy</c>: what this device can tell of anybody.</summary>
internal static class PrivacyCommand
{
    public static Command Create() => new("privacy", "What this device can send and does send, and what that can tell of anybody.")
    {
        PrivacyManifestCommand.Create(),
        PrivacyWatchCommand.Create(),
    };
}
