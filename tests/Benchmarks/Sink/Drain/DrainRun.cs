using System.Globalization;
using System.Security.Cryptography;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>
/// Fills the queue of every contestant with the same records, lets them drain it one after another, each round in another order, and
/// prints medians; what is compared is compared within a round.
/// </summary>
internal static class DrainRun
{
    private const int WarmUpRounds = 2;

    public static async Task RunAsync(DrainOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("sink-drain-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(Path.Combine(folder, "devices.pem"), key.ExportPkcs8PrivateKeyPem());
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var from = (now - 7 * 86400) / LoadRecords.WindowSeconds * LoadRecords.WindowSeconds;
        var load = new LoadRecords(!options.IsSigned, DateTimeOffset.FromUnixTimeSeconds(from), options.Records);
        await using var broker = await LoadBroker.StartAsync(folder);
        var contestants = Start(options, broker.Port, folder, from).ToList();
        try
        {
            foreach (var contestant in contestants)
                await contestant.PreparedAsync();
            for (var round = 0; round < WarmUpRounds + options.Rounds; round++)
            {
                await broker.FillAsync(load.Round(round), options.IsSigned ? key : null);
                for (var i = 0; i < contestants.Count; i++)
                    await contestants[(round + i) % contestants.Count].DrainAsync(round, options.Records, round < WarmUpRounds);
                await Console.Error.WriteLineAsync($"round {round + 1} of {WarmUpRounds + options.Rounds}");
            }

            Print(options, contestants);
        }
        finally
        {
            contestants.ForEach(contestant => contestant.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Contestant> Start(DrainOptions options, int port, string folder, long from)
    {
        string[] engines = options.Postgres is null ? ["sqlite"] : ["sqlite", "postgres"];
        bool IsIn(string name) => name == "empty" || options.Only.Length == 0 || options.Only.Contains(name);
        string[] checking = options.IsSigned ? ["check"] : [];
        string[] names = ["empty", .. checking, .. engines.SelectMany(engine => (string[])[$"store-{engine}", $"mute-{engine}", $"sink-{engine}"])];
        foreach (var name in names.Where(IsIn))
        {
            var database = options.Postgres is null ? "-" : $"{options.Postgres};Database={name.Replace('-', '_')}{(options.IsSigned ? "_signed" : "")}";
            yield return new Contestant(
                name, Environment.ProcessPath!, "contestant", name, $"{port}", folder, $"{from}", $"{options.Records}", options.IsSigned ? "signed" : "unsigned", database);
        }

        foreach (var engine in options.Node is null ? [] : engines.Where(engine => IsIn($"node-{engine}")))
        {
            var place = engine == "sqlite" ? Path.Combine(folder, "node.db") : $"{options.Postgres};Database=node{(options.IsSigned ? "_signed" : "")}";
            yield return new Contestant($"node-{engine}", "node", Path.Combine(options.Node!, "drain.mjs"), engine, $"{port}", place, $"{options.Records}");
        }
    }

    private static void Print(DrainOptions options, List<Contestant> contestants)
    {
        Console.WriteLine($"{(options.IsSigned ? "signed" : "unsigned")} records, {options.Records} a round, {options.Rounds} rounds, medians");
        Console.WriteLine("| contestant | records a second | of the empty handler, same round | lowest and highest | CPU of its process, us a record | stored |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var empty = contestants[0].Results;
        foreach (var contestant in contestants)
        {
            var results = contestant.Results;
            var shares = results.Select((result, i) => empty[i].Seconds / result.Seconds).Order().ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {contestant.Name} | {options.Records / Median(results.Select(result => result.Seconds)):F0} | {Median(shares):F2} | {shares[0]:F2}, {shares[^1]:F2} | {1e6 * Median(results.Select(result => result.CpuSeconds)) / options.Records:F1} | {results[^1].Stored} |"));
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
