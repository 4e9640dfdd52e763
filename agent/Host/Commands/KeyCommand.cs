using System.CommandLine;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Enrolling;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge key rotate</c>: gives the device another key.</summary>
internal static class KeyCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var rotate = new Command("rotate", """
            Gives the device another key: the old one vouches for it at the sink, and it is in force once the sink has answered. A running
            agent takes it up within a minute. If the sink cannot be reached, the old key stays and the agent goes on trying.

            Examples:
              edge key rotate --config /etc/socialcredit-edge/edge.yaml
            """)
        { config };
        rotate.SetAction((parsed, cancellationToken) => RotateAsync(parsed.GetRequiredValue(config), cancellationToken));
        return new Command("key", "The device's own key.") { rotate };
    }

    private static async Task<int> RotateAsync(string path, CancellationToken cancellationToken)
    {
        if (AgentConfiguration.Load(path, out var faults) is not { } configuration)
            return Refuse.With(faults);
        try
        {
            var desk = new CertificateDesk(configuration.Options, configuration.State, TimeProvider.System);
            var id = await new DeviceKeyRotation(configuration, desk).RunAsync(cancellationToken);
            Console.WriteLine($"The device has a new key, and its sink knows it. Key id: {id}");
            return 0;
        }
        catch (SinkException refused)
        {
            return Refuse.With(refused.Message);
        }
    }
}
