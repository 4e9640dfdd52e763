using System.CommandLine;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Watching;
using SocialCredit.Edge.Operation;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge privacy watch</c>: runs the agent for a while and explains every byte that it sent.</summary>
internal static class PrivacyWatchCommand
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var config = CommonOptions.Config();
        var models = CommonOptions.Models();
        var seconds = new Option<int>("--seconds")
        {
            Description = "How long, from 1 to 604800; shorter if every source was a file and the sink has everything.",
            DefaultValueFactory = _ => 600,
        };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 604800)
                result.AddError("--seconds must be from 1 to 604800.");
        });
        var report = new Option<string?>("--out", "-o") { Description = "Write every byte here instead of on the screen." };
        var command = new Command("watch", """
            Runs the agent as edge run does, and explains every byte that it sends to the broker: a line for each packet as it leaves,
            then each packet byte by byte, then every machine that was spoken to. Stop the service first: one agent runs at a time.
            Exit code 1 if a byte or a partner has no explanation, or if the agent failed.

            Examples:
              edge privacy watch --config /etc/socialcredit-edge/edge.yaml --seconds 7200 --out watch.txt
              edge privacy watch --seconds 60
            """)
        { config, models, seconds, report };
        command.SetAction((parsed, cancellationToken) => WatchAsync(
            parsed.GetRequiredValue(config),
            (parsed.GetValue(models), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(report)),
            cancellationToken));
        return command;
    }

    private static async Task<int> WatchAsync(
        string path, (string? Models, TimeSpan Time, string? Out) asked, CancellationToken cancellationToken)
    {
        if (AgentConfiguration.Load(path, out var faults) is not { } configuration)
            return Refuse.With(faults);

        // Opened first, so that nobody watches for hours to find that it cannot be kept.
        await using var file = asked.Out is null ? null : new StreamWriter(asked.Out);
        using var logs = ServiceLog.Open(new LogSection(), configuration.Folder, isVerbose: false, isOnError: true);
        var own = new OwnTraffic(configuration.Options);
        var known = await KnownPartners.OfAsync(configuration);
        var packets = new PacketLog(TimeProvider.System, Console.Out);
        var sockets = new SocketWatch(Environment.ProcessId);
        bool isDone;
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        using (var timer = new Timer(_ => Sample(sockets), null, TimeSpan.Zero, SampleInterval))
        {
            stop.CancelAfter(asked.Time);
            var agent = new AgentRun(path, (asked.Models, asked.Time), TimeProvider.System, logs.Factory.CreateLogger("edge")) { Tap = packets.Add };
            isDone = await agent.RunAsync(configuration, stop.Token);
        }

        WatchReport report;
        lock (sockets)
            report = new WatchReport(packets.Packets, own, sockets.Seen, known);
        if (file is not null)
            report.Write(file);
        Console.WriteLine();
        if (file is null)
            report.Write(Console.Out);
        else
            report.WriteSummary(Console.Out);
        return isDone && report.IsExplained ? 0 : 1;
    }

    private static void Sample(SocketWatch sockets)
    {
        // A sample that takes longer than the interval is not overtaken.
        if (!Monitor.TryEnter(sockets))
            return;
        try
        {
            sockets.Sample();
        }
        finally
        {
            Monitor.Exit(sockets);
        }
    }
}
