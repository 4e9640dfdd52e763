using System.CommandLine;
using SocialCredit.Edge.Inference;
using Spectre.Console;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge bench</c>: the whole chain against the bare model, side by side in one run.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var clip = new Argument<string>("clip") { Description = "A video file." };
        var model = new Option<string>("--model") { Description = "The model's name.", DefaultValueFactory = _ => ModelStore.DefaultModel };
        var rounds = new Option<int>("--rounds") { Description = "Measured rounds; the median counts.", DefaultValueFactory = _ => 5 };
        var frames = new Option<int>("--frames") { Description = "Frames in each round.", DefaultValueFactory = _ => 200 };
        var models = CommonOptions.Models();
        var command = new Command("bench", """
            Measures the chain from file to counted window against the bare model, with one worker and with two. The two take turns
            in each round, so that a machine whose speed drifts does not spoil the ratio. Every rule that needs no sensor watches, on
            ground that is measured; what tracking and rules take stands as a share of what inference takes.

            Example:
              edge bench vtest.avi --rounds 5
            """)
        { clip, model, rounds, frames, models };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ChainBench(
                Path.GetFullPath(parsed.GetRequiredValue(clip)),
                (ModelStore.FromEnvironment(parsed.GetValue(models)), parsed.GetRequiredValue(model)),
                parsed.GetRequiredValue(frames)),
            parsed.GetRequiredValue(rounds),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ChainBench bench, int rounds, CancellationToken cancellationToken)
    {
        var table = new Table().AddColumns("Workers", "Bare ms", "Chain ms", "Chain/bare", "Rules/infer", "Managed B");
        bench.Check();
        foreach (var workers in (int[])[1, 2])
        {
            var results = new List<ChainBench.Round>();
            for (var round = 0; round < rounds; round++)
            {
                results.Add(await bench.RunAsync(workers, cancellationToken));
                Console.Error.WriteLine($"… {workers} worker(s), round {round + 1} of {rounds}: {results[^1].Ratio:0.000}");
            }

            table.AddRow(
                $"{workers}",
                $"{Median(results, r => r.BareMilliseconds):0.00}",
                $"{Median(results, r => r.ChainMilliseconds):0.00}",
                $"{Median(results, r => r.Ratio):0.000}",
                $"{Median(results, r => r.FollowMilliseconds / r.InferenceMilliseconds):0.0 %}",
                $"{Median(results, r => r.ManagedBytes):0}");
        }

        AnsiConsole.Write(table);
        return 0;
    }

    private static double Median(List<ChainBench.Round> rounds, Func<ChainBench.Round, double> figure)
    {
        var sorted = rounds.Select(figure).Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
