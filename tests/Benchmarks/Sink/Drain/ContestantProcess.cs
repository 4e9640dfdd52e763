using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>The inside of a contestant's process: does as it is told on its input, and says how long it took.</summary>
internal static class ContestantProcess
{
    /// <param name="args">Name, port, folder, start of the first window (Unix seconds), records a round, "signed" or "unsigned", connection of PostgreSQL or "-".</param>
    public static async Task RunAsync(string[] args)
    {
        var (name, port, folder) = (args[0], int.Parse(args[1]), args[2]);
        var isSigned = args[5] == "signed";
        var records = int.Parse(args[4]);
        var load = new LoadRecords(!isSigned, DateTimeOffset.FromUnixTimeSeconds(long.Parse(args[3])), records);
        using var contestant = Make(name, port, folder, load, isSigned, () => Open(name, folder, args[6], load, isSigned));
        await contestant.PrepareAsync();
        await Console.Out.WriteLineAsync("prepared");
        using var process = Process.GetCurrentProcess();
        while (await Task.Run(Console.In.ReadLine) is { } round)
        {
            contestant.Ready(int.Parse(round));
            process.Refresh();
            var cpu = process.TotalProcessorTime;
            var from = Stopwatch.GetTimestamp();
            await contestant.DrainAsync(records);
            var took = Stopwatch.GetElapsedTime(from);
            process.Refresh();
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{took.TotalSeconds} {(process.TotalProcessorTime - cpu).TotalSeconds} {contestant.Stored()}"));
        }
    }

    private static IContestant Make(string name, int port, string folder, LoadRecords load, bool isSigned, Func<IEventStore> open) => name switch
    {
        "empty" => new EmptyHandler(name, port),
        "check" => new EmptyHandler(name, port, KeyIn(folder)),
        "store-sqlite" or "store-postgres" => new StoreAlone(open(), load),
        "sink-sqlite" or "sink-postgres" => new SinkIngest(name, port, open(), !isSigned, isTelling: true),
        "mute-sqlite" or "mute-postgres" => new SinkIngest(name, port, open(), !isSigned, isTelling: false),
        _ => throw new FormatException($"No contestant is called '{name}'."),
    };

    private static IEventStore Open(string name, string folder, string postgres, LoadRecords load, bool isSigned)
    {
        var store = name.EndsWith("-postgres", StringComparison.Ordinal) ? Stores.NewPostgres(postgres) : new SqliteEventStore(Path.Combine(folder, $"{name}.db"));
        if (!isSigned || name.StartsWith("store", StringComparison.Ordinal))
            return store;
        using var key = KeyIn(folder);
        foreach (var (device, manifest) in load.Manifests(key))
            store.KeepManifest(device, manifest, TimeProvider.System.GetUtcNow());
        return store;
    }

    private static ECDsa KeyIn(string folder)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(folder, "devices.pem")));
        return key;
    }
}
