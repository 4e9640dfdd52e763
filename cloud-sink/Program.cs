using System.CommandLine;
using System.CommandLine.Invocation;
using SocialCredit.Edge.Sink.Commands;

namespace SocialCredit.Edge.Sink;

internal static class Program
{
    private const int UsageFault = 2;

    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("SocialCredit.Edge sink: places over time, never persons.");
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(SimulateCommand.Create());
        root.Subcommands.Add(ScoreCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create());
        root.Subcommands.Add(ExportCommand.Create());
        root.Subcommands.Add(ManifestCommand.Create());
        root.Subcommands.Add(CommandCommand.Create());
        root.Subcommands.Add(BrokerCommand.Create());
        root.Subcommands.Add(DeviceCommand.Create());
        root.Subcommands.Add(AuthorityCommand.Create());
        root.Subcommands.Add(ConfigCommand.Create());
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync();
        return parsed.Action is ParseErrorAction ? UsageFault : code;
    }
}
