using System.CommandLine;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge models bench</c>: what a frame costs on this machine.</summary>
internal static class ModelsBenchCommand
{
    private const int Rounds = 7;

    public static Command Create(Option<string?> models)
    {
        var names = new Argument<string[]>("name") { Description = "The model or models.", Arity = ArgumentArity.ZeroOrMore };
        var more = new Option<string[]>("--model") { Description = "The same; may be repeated.", DefaultValueFactory = _ => [] };
        var against = new Option<string?>("--against") { Description = "Which of them the others are held against; the first if left out." };
        var clip = new Option<string?>("--clip") { Description = "A video file; noise of 1280x720 if left out." };
        var threads = new Option<int>("--threads") { Description = "Threads of one inference, 1 to 64.", DefaultValueFactory = _ => 1 };
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var count) && count is < 1 or > 64)
                result.AddError("--threads must be 1 to 64.");
        });
        var command = new Command("bench", """
            Measures models: ONNX Runtime alone and the whole detector, side by side, median of 7 rounds after a warm-up. Several
            models take turns in every round; the ratio is the median of the rounds' ratios.

            Examples:
              edge models bench street-320 --threads 1 --clip street.mp4
              edge models bench --model street-320 --model street-320-int8 --model yolox-nano --against yolox-nano
            """)
        { names, more, against, clip, threads };
        IReadOnlyList<string> NamesOf(Func<Argument<string[]>, string[]?> named, Func<Option<string[]>, string[]?> added) =>
            [.. (named(names) ?? []).Concat(added(more) ?? []).Distinct()];
        command.Validators.Add(result =>
        {
            var asked = NamesOf(result.GetValue, result.GetValue);
            if (asked.Count == 0)
                result.AddError("Name at least one model; `edge models list` shows them.");
            else if (result.GetValue(against) is { } baseline && !asked.Contains(baseline))
                result.AddError($"--against {baseline} is not one of the models; name it too.");
        });
        command.SetAction(parsed => Run(
            ModelStore.FromEnvironment(parsed.GetValue(models)),
            (NamesOf(parsed.GetValue, parsed.GetValue), parsed.GetValue(against)),
            parsed.GetValue(clip),
            new DetectorOptions { Threads = parsed.GetValue(threads) }));
        return command;
    }

    private static int Run(ModelStore store, (IReadOnlyList<string> Names, string? Against) asked, string? clip, DetectorOptions options)
    {
        var baseline = asked.Against is { } named ? asked.Names.ToList().IndexOf(named) : 0;
        var detectors = new List<Detector>();
        try
        {
            detectors.AddRange(asked.Names.Select(name => new Detector(store.Find(name), options)));
            var results = DetectorBench.Measure(detectors, clip, Rounds, baseline, new RoundLines());
            var (width, height) = results[0].FrameSize;
            Console.WriteLine($"frames of {width}x{height}, {options.Threads} thread{(options.Threads == 1 ? "" : "s")}");
            for (var i = 0; i < results.Count; i++)
                Print(asked.Names[i], results[i], i == baseline ? null : asked.Names[baseline]);
            return 0;
        }
        finally
        {
            detectors.ForEach(detector => detector.Dispose());
        }
    }

    private static void Print(string name, BenchResult result, string? baseline)
    {
        var (bare, whole, ratio) = (result.BareMilliseconds, result.DetectMilliseconds, result.BareOfBaseline);
        var against = baseline is null ? "" : $"  {ratio:0.000} of {baseline}'s time, {1 / ratio:0.00} times as fast";
        Console.WriteLine(name);
        Console.WriteLine($"  ONNX Runtime alone  {bare,8:0.00} ms a frame  {1000 / bare,7:0.0} frames a second{against}");
        Console.WriteLine(
            $"  whole detector      {whole,8:0.00} ms a frame  {1000 / whole,7:0.0} frames a second  ({bare / whole:0.00} of the model alone)");
        Console.WriteLine($"  managed memory      {result.ManagedBytes,8:0} bytes a frame");
    }

    private sealed class RoundLines : IProgress<int>
    {
        public void Report(int value) => Console.Error.WriteLine($"… round {value} of {Rounds}");
    }
}
