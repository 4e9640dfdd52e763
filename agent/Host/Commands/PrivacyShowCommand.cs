using System.CommandLine;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge privacy show</c>: what an outsider can learn from this device, in plain words.</summary>
internal static class PrivacyShowCommand
{
    public static Command Create()
    {
        var file = CommonOptions.Config();
        var command = new Command("show", """
            Says in plain words what an outsider who reads every message of this device can learn, and what not: by zone, with
            the figures of this configuration. Nothing is started and nothing is sent.

            Examples:
              edge privacy show
              edge privacy show --config /etc/socialcredit-edge/edge.yaml > notice.txt
            """)
        { file };
        command.SetAction(parsed =>
        {
            if (AgentConfiguration.Load(parsed.GetRequiredValue(file), out var faults) is not { } configuration)
                return Refuse.With(faults);
            Console.Write(new OutsiderView(configuration).Text());
            return 0;
        });
        return command;
    }
}
