using System.CommandLine;
using Serilog;
using Serilog.Extensions.Logging;
using SocialCredit.Edge.Host.Configuration;

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
        var command = new Command("run", """
            Watches the configured cameras and sends anonymised records to the sink. Ends on Ctrl+C, or when every source was a
            file and the sink has everything.

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
        if (AgentConfiguration.Load(path, out var faults) is not { } configuration)
            return Refuse.With(faults);

        await using var logger = new LoggerConfiguration()
            .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}", formatProvider: null)
            .CreateLogger();
        using var factory = new SerilogLoggerFactory(logger);
        var log = factory.CreateLogger("edge");
        var isDone = await new AgentRun(path, options, TimeProvider.System, log).RunAsync(configuration, cancellationToken);
        return isDone ? 0 : 1;
    }
}
