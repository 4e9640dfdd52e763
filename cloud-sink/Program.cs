using System.CommandLine;
using System.CommandLine.Invocation;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sink.Commands;

namespace SocialCredit.Edge.Sink;

internal static class Program
{
    private const int UsageFault = 2;

    /// <summary>Libraries and the runtime, the store, the broker with some devices, the pages.</summary>
    private const int OpenFilesMin = 256;

    private const int MegabytesMin = 128;

    /// <summary>One for cameras that come and go as for connections; measured flat over 700 reconnects, where the library's own choice grew.</summary>
    private const int NativeHeaps = 1;

    /// <summary>After a signal the batch at hand is committed; the unit allows 30 s.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private static async Task<int> Main(string[] args)
    {
        // Before anything is loaded for which there may be no room.
        if (ResourceLimits.FindProblem(OpenFilesMin, MegabytesMin) is { } tooLittle)
        {
            await Console.Error.WriteLineAsync(tooLittle);
            return 1;
        }

        NativeHeap.Bound(NativeHeaps);
        LastWords.Prepare("sink");
        var root = new RootCommand("SocialCredit.Edge sink: places over time, never persons.");
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(SimulateCommand.Create());
        root.Subcommands.Add(ScoreCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create());
        root.Subcommands.Add(ExportCommand.Create());
        root.Subcommands.Add(RecomputeCommand.Create());
        root.Subcommands.Add(VerifyCommand.Create());
        root.Subcommands.Add(ManifestCommand.Create());
        root.Subcommands.Add(CommandCommand.Create());
        root.Subcommands.Add(BrokerCommand.Create());
        root.Subcommands.Add(DeviceCommand.Create());
        root.Subcommands.Add(AuthorityCommand.Create());
        root.Subcommands.Add(KeyCommand.Create());
        root.Subcommands.Add(WebhookCommand.Create());
        root.Subcommands.Add(RestateCommand.Create());
        root.Subcommands.Add(StoreCommand.Create());
        root.Subcommands.Add(ConfigCommand.Create());
        root.Subcommands.Add(PolicyCommand.Create());
        root.Subcommands.Add(ContestCommand.Create());
        root.Subcommands.Add(AuditCommand.Create());
        try
        {
            var parsed = root.Parse(args);
            var code = await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopPatience,
            });
            return parsed.Action is ParseErrorAction ? UsageFault : code;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            await Console.Error.WriteLineAsync(Redactor.Clean(unusable.Message));
            return 1;
        }
        catch (Exception fault)
        {
            return LastWords.Say(fault);
        }
    }
}
