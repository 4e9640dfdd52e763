using System.CommandLine;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Operation;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge run</c>: watches, until it is stopped or every source has ended.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var models = CommonOptions.Models();
        var wait = new Option<int>("--wait-seconds")
        {
            Description = "When every source has ended: how long to wait for the sink to have everything.",
            DefaultValueFactory = _ => 60,
        };
        var verbose = new Option<bool>("--verbose") { Description = "Logs more, and the stack of every fault on the console too." };
        var command = new Command("run", """
            Watches the configured cameras and sends anonymised records to the sink. Ends on Ctrl+C, or when every source was a
            file and the sink has everything.

            Examples:
              edge run
              edge run --config /etc/socialcredit-edge/edge.yaml
            """)
        { config, models, wait, verbose };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            (parsed.GetRequiredValue(config), parsed.GetValue(verbose)),
            (parsed.GetValue(models), TimeSpan.FromSeconds(parsed.GetValue(wait))),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        (string Config, bool IsVerbose) asked, (string? Models, TimeSpan Wait) options, CancellationToken cancellationToken)
    {
        if (AgentConfiguration.Load(asked.Config, out var faults) is not { } configuration)
            return Refuse.With(faults);

        using var logs = ServiceLog.Open(configuration.Options.Log, configuration.Folder, asked.IsVerbose, isOnError: false);
        var log = logs.Factory.CreateLogger("edge");
        using var errors = StandardError.Catch(TimeProvider.System, log);
        var agent = new AgentRun(asked.Config, options, TimeProvider.System, log) { Notice = ServiceNotice.FromEnvironment(TimeProvider.System) };
        try
        {
            return await agent.RunAsync(configuration, cancellationToken) ? 0 : 1;
        }
        catch (Exception fault) when (!Program.IsForeseen(fault))
        {
            // Here, while the log is still open.
            return LastWords.Say(fault);
        }
    }
}
