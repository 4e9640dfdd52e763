using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Staging;
using SocialCredit.Edge.Operation;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge run</c>: watches, until it is stopped or every source has ended.</summary>
internal static class RunCommand
{
    /// <summary>EX_TEMPFAIL of sysexits.h: systemd starts it again, as it does after every failure.</summary>
    private const int StartAgain = 75;

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
            file and the sink has everything. Exit code 75 where a command asked to be started again.

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
        var configuration = AgentConfiguration.Load(asked.Config, out var faults);

        // A device that worked must come up again whatever somebody wrote into its file since.
        if (configuration is null && !new ConfigurationHistory(AgentRun.StateFolderOf(asked.Config), TimeProvider.System, NullLogger.Instance).HasGood)
            return Refuse.With(faults);

        var folder = Path.GetDirectoryName(Path.GetFullPath(asked.Config))!;
        using var logs = ServiceLog.Open(configuration?.Options.Log ?? new LogSection(), folder, asked.IsVerbose, isOnError: false);
        var log = logs.Factory.CreateLogger("edge");
        using var errors = StandardError.Catch(TimeProvider.System, log);
        var agent = new AgentRun(asked.Config, options, TimeProvider.System, log) { Notice = ServiceNotice.FromEnvironment(TimeProvider.System) };
        try
        {
            var isDone = await agent.RunAsync(configuration, cancellationToken);
            return agent.IsRestartAsked ? StartAgain : isDone ? 0 : 1;
        }
        catch (Exception fault) when (!Program.IsForeseen(fault))
        {
            // Here, while the log is still open.
            return LastWords.Say(fault);
        }
    }
}
