using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Host.Staging;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge config history | rollback</c>: what was tried on this device, and the way back by hand.</summary>
internal static class ConfigHistoryCommand
{
    private const string ByHand = "taken back by hand";

    public static Command CreateHistory()
    {
        var config = CommonOptions.Config();
        var history = new Command("history", """
            Lists the configurations that were tried on this device, oldest first: since when, and whether each works, is on probation, or
            was taken back and why. Their texts lie in configurations/ of the state folder.

            Example:
              edge config history --config /etc/socialcredit-edge/edge.yaml
            """)
        { config };
        history.SetAction(parsed =>
        {
            var entries = Of(parsed.GetRequiredValue(config)).Read();
            var inForce = entries.FindLast(entry => entry.State == HistoryState.Good);
            foreach (var entry in entries)
                Console.WriteLine(Line(entry, entry == inForce));
            if (entries.Count == 0)
                Console.WriteLine("No configuration was tried on this device yet.");
            return 0;
        });
        return history;
    }

    public static Command CreateRollback()
    {
        var config = CommonOptions.Config();
        var rollback = new Command("rollback", """
            Takes the last good configuration back, so that the one that was good before it runs: at once where the agent runs, else at its
            next start. The file stays as it is, and is tried again once it is changed.

            Example:
              edge config rollback --config /etc/socialcredit-edge/edge.yaml
            """)
        { config };
        rollback.SetAction(parsed =>
        {
            var history = Of(parsed.GetRequiredValue(config));
            var good = history.Read().FindAll(entry => entry.State == HistoryState.Good);
            if (good.Count < 2)
                return Refuse.With("There is no good configuration before the one in force. edge config history lists those that were tried.");
            history.Reject(good[^1].Sha256, ByHand);
            Console.WriteLine($"Configuration {good[^1].Number} is taken back; {Line(good[^2], isInForce: true)}");
            return 0;
        });
        return rollback;
    }

    private static ConfigurationHistory Of(string configPath) =>
        new(AgentRun.StateFolderOf(configPath), TimeProvider.System, NullLogger.Instance);

    private static string Line(HistoryEntry entry, bool isInForce)
    {
        var state = entry.State switch
        {
            HistoryState.Good => isInForce ? "good, the one to go back to" : "good",
            HistoryState.Probation => "on probation",
            _ => $"taken back: {entry.Why}",
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"{entry.Number} {entry.Sha256[..12]} {entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC {state}{(entry.Command == 0 ? "" : $", policy of command {entry.Command}")}");
    }
}
