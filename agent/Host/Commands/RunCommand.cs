using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog;
using Serilog.Extensions.Logging;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Staging;

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
        var command = new Command("run", """
            Watches the configured cameras and sends anonymised records to the sink. Ends on Ctrl+C, or when every source was a
            file and the sink has everything. Exit code 75 where a command asked to be started again.

            Examples:
              edge run
              edge run --config /etc/socialcredit-edge/edge.yaml
            """)
        { config, models, wait };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(config), (parsed.GetValue(models), TimeSpan.FromSeconds(parsed.GetValue(wait))), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string path, (string? Models, TimeSpan Wait) options, CancellationToken cancellationToken)
    {
        var configuration = AgentConfiguration.Load(path, out var faults);

        // A device that worked must come up again whatever somebody wrote into its file since.
        if (configuration is null && !new ConfigurationHistory(AgentRun.StateFolderOf(path), TimeProvider.System, NullLogger.Instance).HasGood)
            return Refuse.With(faults);

        await using var logger = new LoggerConfiguration()
            .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}", formatProvider: null)
            .CreateLogger();
        using var factory = new SerilogLoggerFactory(logger);
        var log = factory.CreateLogger("edge");
        var run = new AgentRun(path, options, TimeProvider.System, log);
        var isDone = await run.RunAsync(configuration, cancellationToken);
        return run.IsRestartAsked ? StartAgain : isDone ? 0 : 1;
    }
}
