using System.Diagnostics;
using System.Globalization;
using SocialCredit.Edge.Sink;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink.City;

/// <summary>Computes and keeps the scores of a whole city as the sink does when a day is over, with one worker for each processor.</summary>
internal static class CityScore
{
    private const int PartsPerLine = 1;

    public static async Task RunAsync(CityOptions options)
    {
        var path = options.Config ?? throw new FormatException("--config names the sink's configuration.");
        var (read, faults) = SinkConfiguration.Read(path);
        var configuration = read ?? throw new FormatException(string.Join('\n', faults));
        using var store = EventStores.Open(configuration.Options, path);
        var rules = new RulesInForce(
            new ActivePolicy(configuration.Policy), new ActiveCalibration(configuration.Calibration),
            new ActiveRulings(new AuditTables(store.Database), new ContestTables(store.Database)), new ShadowPolicies([]));
        var keeping = new ScoreKeeping(store, rules, new LaterTime(TimeSpan.FromDays(options.DaysLater)));
        var pass = new Pass(keeping.Closed, rules.Digest);
        using var process = Process.GetCurrentProcess();
        var (from, cpu) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        keeping.Passes.Begin(pass, keeping.Ranges);
        Console.Error.WriteLine($"cut into parts after {Stopwatch.GetElapsedTime(from).TotalSeconds:F1} s");
        var (parts, zones) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(Work)));
        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        process.Refresh();
        var (open, all) = keeping.Passes.Progress(pass);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{zones} zones in {seconds:F1} s with {Environment.ProcessorCount} workers: {zones / seconds:F0} zones a second, {1e6 * (process.TotalProcessorTime - cpu).TotalSeconds / zones:F0} us of CPU each in this process; {all - open} of {all} parts are done"));

        void Work()
        {
            while (Volatile.Read(ref parts) < options.Parts && keeping.Passes.Claim(pass, TimeProvider.System.GetUtcNow()) is { } claimed)
            {
                Interlocked.Add(ref zones, keeping.KeepRange(claimed.Range));
                keeping.Passes.Finish(pass, claimed.Part, TimeProvider.System.GetUtcNow());
                if (Interlocked.Increment(ref parts) % PartsPerLine == 0)
                    Console.Error.WriteLine($"{zones} zones after {Stopwatch.GetElapsedTime(from).TotalSeconds:F1} s");
            }
        }
    }

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
