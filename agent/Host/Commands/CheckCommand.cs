using System.CommandLine;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Enrolling;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge check</c>: whether this device can do its work, and what to do where it cannot.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var models = CommonOptions.Models();
        var json = new Option<bool>("--json") { Description = "As JSON, for other programs." };
        var command = new Command("check", """
            Looks at everything that the agent needs: configuration, models, state folder, key, certificate, clock, broker. It changes
            nothing and may be run beside the agent. Exit code 1 if something stands in the way.

            Examples:
              edge check --config /etc/socialcredit-edge/edge.yaml
              edge check --json
            """)
        { config, models, json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(config), parsed.GetValue(models), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string path, string? models, bool isJson, CancellationToken cancellationToken)
    {
        var configuration = AgentConfiguration.Load(path, out var faults);
        List<DeviceCheck> checks = configuration is null
            ? [.. faults.Select(fault => new DeviceCheck("configuration", CheckResult.Failure, $"{fault}"))]
            : [new("configuration", CheckResult.Ok, $"{path}: without fault"), .. await new DeviceChecks(configuration, models, TimeProvider.System).RunAsync(cancellationToken)];
        if (isJson)
            Console.WriteLine(DeviceCheck.ToJson(checks));
        else
            checks.ForEach(check => Console.WriteLine($"{check.Result.ToString().ToLowerInvariant(),-7}  {check.What}: {check.Said}"));
        return checks.Exists(check => check.Result == CheckResult.Failure) ? 1 : 0;
    }
}
