using System.CommandLine;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge models bench</c>: what a frame costs on this machine.</summary>
internal static class ModelsBenchCommand
{
    private const int Rounds = 7;

    public static Command Create(Option<string?> models)
    {
        var name = new Argument<string>("name") { Description = "The model." };
        var clip = new Option<string?>("--clip") { Description = "A video file; noise of 1280x720 if left out." };
        var threads = new Option<int>("--threads") { Description = "Threads of one inference, 1 to 64.", DefaultValueFactory = _ => 1 };
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var count) && count is < 1 or > 64)
                result.AddError("--threads must be 1 to 64.");
        });
        var command = new Command("bench", """
            Measures a model: ONNX Runtime alone and the whole detector, side by side, median of 7 rounds after a warm-up.

            Example:
              edge models bench yolox-nano --threads 1 --clip street.mp4
            """)
        { name, clip, threads };
        command.SetAction(parsed =>
        {
            var store = ModelStore.FromEnvironment(parsed.GetValue(models));
            var options = new DetectorOptions { Threads = parsed.GetValue(threads) };
            using var detector = new Detector(store.Find(parsed.GetRequiredValue(name)), options);
            Print(DetectorBench.Measure(detector, parsed.GetValue(clip), Rounds, new RoundLines()), options.Threads);
            return 0;
        });
        return command;
    }

    private static void Print(BenchResult result, int threads)
    {
        var (bare, whole) = (result.BareMilliseconds, result.DetectMilliseconds);
        Console.WriteLine($"frames of {result.FrameSize.Width}x{result.FrameSize.Height}, {threads} thread{(threads == 1 ? "" : "s")}");
        Console.WriteLine($"  ONNX Runtime alone  {bare,8:0.00} ms a frame  {1000 / bare,7:0.0} frames a second");
        Console.WriteLine(
            $"  whole detector      {whole,8:0.00} ms a frame  {1000 / whole,7:0.0} frames a second  ({bare / whole:0.00} of the model alone)");
        Console.WriteLine($"  managed memory      {result.ManagedBytes,8:0} bytes a frame");
    }

    private sealed class RoundLines : IProgress<int>
    {
        public void Report(int value) => Console.Error.WriteLine($"… round {value} of {Rounds}");
    }
}
