using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using SocialCredit.Edge.Host.Evaluation;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge models eval</c>: how right models are, against ground truth and where nothing is.</summary>
internal static class ModelsEvalCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static Command Create(Option<string?> models)
    {
        var asked = new Options();
        var command = new Command("eval", $"""
            Average precision at an overlap of 0.5 by class and by size (COCO's limits: 32 x 32 and 96 x 96 pixels), best F1 with its
            confidence, and recall by the height of the box; several models stand side by side. Frames of a sequence
            are numbered from 1, pictures of a folder by their names where these are numbers. Known layouts of a set:
              {TruthSets.Layouts.Replace("; ", "\n  ", StringComparison.Ordinal)}

            Examples:
              edge models eval --model street-320 --set gt/PETS09-S2L1 --frames vtest.avi --every 10
              edge models eval --model street-320 --model yolox-nano --against yolox-nano --set VOC2012 --empty night.mp4 --picture curves.svg
            """);
        asked.AddTo(command);
        command.SetAction(parsed => Run(asked.Of(parsed), ModelStore.FromEnvironment(parsed.GetValue(models)), parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(Request request, ModelStore store, InvocationConfiguration console)
    {
        try
        {
            foreach (var file in new[] { request.Picture, request.Json }.OfType<string>())
                CheckFolderOf(file);
            var report = Measure(request, store, console.Error);
            EvaluationTable.Write(console.Output, report);
            if (request.Picture is { } picture)
                File.WriteAllText(picture, CurvePicture.Draw(report));
            if (request.Json is { } json)
                File.WriteAllText(json, JsonSerializer.Serialize(report, Json) + "\n");
            return 0;
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException or ModelException)
        {
            console.Error.WriteLine(unusable.Message);
            return 1;
        }
    }

    private static EvaluationReport Measure(Request request, ModelStore store, TextWriter error)
    {
        var sets = TruthSets.Read(request.Sets, request.Frames, request.Every);
        var options = new DetectorOptions { ConfidenceMin = request.ConfidenceMin };
        var detectors = new List<Detector>();
        try
        {
            detectors.AddRange(request.Models.Select(name => new Detector(store.Find(name), options)));
            var run = new EvaluationRun(detectors);
            var total = sets.Sum(set => set.Pictures.Count);
            using var progress = new Progress(TimeProvider.System, () => $"{run.Done} pictures; the sets have {total}", error);
            // Lists, because a set is to be seen once and not at every look at it.
            var seen = sets.Select(set => (set, run.See(set))).ToList();
            var empty = request.Empty.Select(clip => (clip, run.See(clip, request.Every))).ToList();
            return EvaluationReport.Of((request.Models, request.Against), seen, empty);
        }
        finally
        {
            detectors.ForEach(detector => detector.Dispose());
        }
    }

    private static void CheckFolderOf(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file));
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{file}: there is no folder {folder} to write it to.");
    }

    private sealed record Request(
        IReadOnlyList<string> Models, string? Against, IReadOnlyList<string> Sets, IReadOnlyList<string> Frames, IReadOnlyList<string> Empty)
    {
        public required int Every { get; init; }

        public required float ConfidenceMin { get; init; }

        public string? Picture { get; init; }

        public string? Json { get; init; }
    }

    private sealed class Options
    {
        private readonly Option<string[]> _models = Required("--model", "A model; may be repeated.");
        private readonly Option<string?> _against = Optional("--against", "The one of the models that the others are held against.");
        private readonly Option<string[]> _sets = Required("--set", "Ground truth: a folder, or a MOT file; may be repeated.");
        private readonly Option<string[]> _frames =
            Repeated("--frames", "The video or folder of pictures of a set that has none; repeated in the order of such sets.");
        private readonly Option<int> _every = new("--every")
        {
            Description = "Of sequences and clips only frames 1, 1 + N, 1 + 2N, ...",
            DefaultValueFactory = _ => 1,
        };
        private readonly Option<string[]> _empty =
            Repeated("--empty", "A video or folder of pictures in which nothing is, to count false boxes in; may be repeated.");
        private readonly Option<float> _confidenceMin = new("--confidence-min")
        {
            Description = "Detections below this are not looked at, 0.01 to 0.99.",
            DefaultValueFactory = _ => 0.01f,
        };
        private readonly Option<string?> _picture = Optional("--picture", "Write curves of precision over recall here, as SVG.");
        private readonly Option<string?> _json = Optional("--json", "Write the figures here, as JSON.");

        public void AddTo(Command command)
        {
            _every.Validators.Add(result =>
            {
                if (result.GetValue(_every) < 1)
                    result.AddError("--every must be 1 or more.");
            });
            _confidenceMin.Validators.Add(result =>
            {
                if (!(result.GetValue(_confidenceMin) is >= 0.01f and <= 0.99f))
                    result.AddError("--confidence-min must be 0.01 to 0.99.");
            });
            command.Validators.Add(result =>
            {
                if (result.GetValue(_against) is { } against && result.GetValue(_models)?.Contains(against) == false)
                    result.AddError($"--against {against} is not one of the models; name it by --model too.");
            });
            foreach (var option in (Option[])[_models, _against, _sets, _frames, _every, _empty, _confidenceMin, _picture, _json])
                command.Options.Add(option);
        }

        public Request Of(ParseResult parsed) => new(
            [.. parsed.GetRequiredValue(_models).Distinct()],
            parsed.GetValue(_against),
            parsed.GetRequiredValue(_sets),
            parsed.GetRequiredValue(_frames),
            parsed.GetRequiredValue(_empty))
        {
            Every = parsed.GetValue(_every),
            ConfidenceMin = parsed.GetValue(_confidenceMin),
            Picture = parsed.GetValue(_picture),
            Json = parsed.GetValue(_json),
        };

        private static Option<string[]> Required(string name, string description) => new(name) { Description = description, Required = true };

        private static Option<string[]> Repeated(string name, string description) =>
            new(name) { Description = description, DefaultValueFactory = _ => [] };

        private static Option<string?> Optional(string name, string description) => new(name) { Description = description };
    }
}
