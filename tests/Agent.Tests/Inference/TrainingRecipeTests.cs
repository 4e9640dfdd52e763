using System.Diagnostics;
using System.Globalization;
using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Inference.Evaluation;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Inference;

/// <summary>
/// <c>models/training/</c> from labels to an int8 model, as its README says, with a small net, small drawn pictures and two epochs.
/// </summary>
public sealed class TrainingRecipeTests(ITestOutputHelper log)
{
    private const string Python = "/usr/bin/python3";
    private const int Width = 96, Height = 64;

    private static readonly string Recipe = Path.Combine(TestPaths.Root, "models", "training");

    private readonly string _folder = TestPaths.NewFolder();

    private string Config => Path.Combine(_folder, "tiny.yaml");

    [Fact]
    public async Task Two_epochs_make_a_model_that_runs_here_as_it_ran_there()
    {
        await NeedsPythonAsync();
        WriteData();
        await RunAsync("prepare.py", ["--data", _folder, "--work", Work("whole"), "--sets", Path.Combine(_folder, "sets.yaml")]);
        CopyLabels();

        // One run is killed within its second epoch and goes on; it must end with the weights of the run that was left alone.
        await RunAsync("train.py", Training("whole"));
        await KilledAfterOneEpochAsync(Training("cut"));
        var resumed = await RunAsync("train.py", Training("cut"));

        Assert.Contains("Goes on after epoch 1", resumed, StringComparison.Ordinal);
        var (whole, cut) = (Path.Combine(Work("whole"), "tiny"), Path.Combine(Work("cut"), "tiny"));
        Assert.True(Losses(whole) is [var first, var second] && second < first, string.Join(", ", Losses(whole)));
        Assert.Equal(Losses(whole), Losses(cut));
        Assert.True(new FileInfo(Path.Combine(whole, "loss.png")).Length > 1000);

        await ExportedGraphEqualsTheNetAsync();
        await BothVariantsRunInTheAgentAsync();
    }

    private async Task ExportedGraphEqualsTheNetAsync()
    {
        var check = Path.Combine(_folder, "check");
        await RunAsync("export.py",
            [Config, "--work", Work("cut"), "--to", Path.Combine(_folder, "fp32", "tiny.onnx"), "--check", check, "--pictures", Path.Combine(_folder, "tiny"), "--count", "4"]);

        var differences = GraphComparison.Compare(check, isPlain: false);

        log.WriteLine($"{differences.Nodes.Count} nodes, largest relative difference {differences.RelativeMax:0.0e0}");
        Assert.True(differences.Nodes.Count > 30);
        Assert.All(differences.Nodes, node => Assert.InRange(node.Relative, 0, 1e-3));
    }

    private async Task BothVariantsRunInTheAgentAsync()
    {
        await RunAsync("quantise.py",
            [Config, "--data", _folder, "--work", Work("cut"), "--to", Path.Combine(_folder, "int8", "tiny.onnx"), "--sets", Path.Combine(_folder, "sets.yaml"), "--count", "16"]);
        foreach (var variant in (string[])["fp32", "int8"])
        {
            using var detector = new Detector(new Model(Manifest(), Path.Combine(_folder, variant, "tiny.onnx")), new DetectorOptions { ConfidenceMin = 0.01f });
            using var frame = new Mat(Height, Width, MatType.CV_8UC3, Scalar.All(120));
            var detections = new List<Detection>();
            detector.Detect(frame, detections);
            log.WriteLine($"{variant}: {detections.Count} boxes");
        }

        var int8 = new FileInfo(Path.Combine(_folder, "int8", "tiny.onnx")).Length;
        Assert.InRange(int8, 1, new FileInfo(Path.Combine(_folder, "fp32", "tiny.onnx")).Length);
    }

    private static ModelManifest Manifest() => new()
    {
        Name = "tiny",
        Head = "yolox",
        Input = new ModelInput { Width = Width, Height = Height },
        Labels = ["person", "bicycle", "vehicle", "bag"],
        Classes = new Dictionary<string, IReadOnlyList<string>> { ["person"] = ["person"], ["vehicle"] = ["vehicle"] },
        File = "tiny.onnx",
        Sha256 = new string('0', 64),
        Licence = "MIT",
    };

    private string Work(string run) => Path.Combine(_folder, "work-" + run);

    private string[] Training(string run) =>
        [Config, "--data", _folder, "--work", Work(run), "--sets", Path.Combine(_folder, "sets.yaml"), "--threads", "1", "--workers", "0"];

    private static double[] Losses(string run) =>
        [.. File.ReadLines(Path.Combine(run, "log.csv")).Skip(1).Select(line => double.Parse(line.Split(',')[3], CultureInfo.InvariantCulture))];

    private void CopyLabels()
    {
        Directory.CreateDirectory(Work("cut"));
        foreach (var file in Directory.GetFiles(Work("whole"), "*.npz"))
            File.Copy(file, Path.Combine(Work("cut"), Path.GetFileName(file)));
    }

    // Bright upright boxes for persons, dark wide ones for vehicles.
    private void WriteData()
    {
        var random = new Random(1);
        var (images, labels) = (Path.Combine(_folder, "tiny", "images"), Path.Combine(_folder, "tiny", "labels"));
        Directory.CreateDirectory(images);
        Directory.CreateDirectory(labels);
        for (var i = 0; i < 24; i++)
        {
            using var picture = new Mat(96, 160, MatType.CV_8UC3, Scalar.All(120));
            var lines = new List<string>();
            for (var k = 0; k < 3; k++)
            {
                var (wide, high, shade) = k % 2 == 0 ? (12, 34, 250) : (48, 20, 20);
                var (left, top) = (random.Next(160 - wide), random.Next(96 - high));
                Cv2.Rectangle(picture, new Rect(left, top, wide, high), Scalar.All(shade), thickness: -1);
                lines.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{k % 2} {(left + wide / 2.0) / 160} {(top + high / 2.0) / 96} {wide / 160.0} {high / 96.0}"));
            }

            Cv2.ImWrite(Path.Combine(images, $"{i:00}.png"), picture);
            File.WriteAllLines(Path.Combine(labels, $"{i:00}.txt"), lines);
        }

        const string Set = "- { name: tiny, path: tiny, kind: yolo, teach: false, classes: { 0: person, 1: vehicle } }";
        File.WriteAllText(Path.Combine(_folder, "sets.yaml"), $"train:\n  {Set}\nvalidate:\n  {Set}\n");
        File.WriteAllText(Config, $$"""
            { name: tiny, width: {{Width}}, height: {{Height}}, widths: [8, 8, 16, 16, 16], depths: [0, 1, 1, 1], head_width: 16,
              epochs: 2, samples: 192, batch: 16, rate: 0.003, calm_epochs: 1, evaluate_every: 2, shares: { tiny: 1 } }
            """);
    }

    private static async Task NeedsPythonAsync()
    {
        Assert.SkipUnless(File.Exists(Python), "needs python3");
        using var probe = Start(["-c", "import torch, cv2, onnx, yaml, matplotlib"]);
        var error = await probe.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(probe.ExitCode != 0,
            $"needs apt-get install python3-torch python3-onnx python3-opencv python3-yaml python3-matplotlib: {error.Trim().Split('\n')[^1]}");
    }

    private static async Task<string> RunAsync(string script, string[] arguments)
    {
        using var process = Start(["-W", "ignore", Path.Combine(Recipe, script), .. arguments]);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{script}: {await output}{await error}");
        return await output;
    }

    private static async Task KilledAfterOneEpochAsync(string[] arguments)
    {
        using var process = Start(["-W", "ignore", Path.Combine(Recipe, "train.py"), .. arguments]);
        var error = process.StandardError.ReadToEndAsync();
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is not null && !line.Contains("\"epoch\": 1,", StringComparison.Ordinal));
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(line is not null, $"train.py ended before its first epoch: {await error}");
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        // No compiled files beside the recipe.
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }
}
