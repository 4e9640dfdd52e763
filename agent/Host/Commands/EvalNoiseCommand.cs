using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SocialCredit.Edge.Host.Evaluation.Scenes;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge eval noise</c>: measures how a detector's boxes differ from ground truth, for the scene simulator.</summary>
internal static class EvalNoiseCommand
{
    private static readonly string[] Unmeasured =
        [nameof(DetectorNoise.SwitchesPerSecond), nameof(DetectorNoise.ClassFlickerShare), nameof(DetectorNoise.Shake), nameof(DetectorNoise.Light)];

    private const int ChecksDone = 10;

    public static Command Create()
    {
        var truth = new Option<string>("--gt") { Description = "Ground truth in MOT format; boxes on rows of confidence 0 are ignored.", Required = true };
        var detections = new Option<string>("--detections") { Description = "Detections in MOT format, confidences in 0..1.", Required = true };
        var rate = new Option<double>("--fps") { Description = "Frames a second.", DefaultValueFactory = _ => 10 };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 1000))
                result.AddError("--fps must be above 0 and at most 1000");
        });
        var command = new Command("noise", """
            Measures a detector's errors against ground truth and prints them as YAML, ready for edge eval events --noise.

            Example:
              edge replay vtest.avi --config edge.yaml --detections-out det.txt
              edge eval noise --gt gt.txt --detections det.txt --fps 10 > noise.yaml
            """)
        { truth, detections, rate };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(truth), parsed.GetRequiredValue(detections), parsed.GetRequiredValue(rate), parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(string truth, string detections, double rate, InvocationConfiguration console)
    {
        try
        {
            var people = MotFile.Read(truth, File.ReadLines(truth));
            var boxes = OfflineTracking.Rescaled(MotFile.Read(detections, File.ReadLines(detections)));
            if (people.Count == 0 || boxes.Count == 0)
                throw new FormatException($"{(people.Count == 0 ? truth : detections)} has no rows.");
            var noise = NoiseMeasurement.Of(people, boxes, rate);
            foreach (var property in typeof(DetectorNoise).GetProperties().Where(p => p.SetMethod is not null && !Unmeasured.Contains(p.Name)))
                console.Output.WriteLine($"{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}: {Text(property.GetValue(noise)!)}");
            PrintCheck(people, boxes, noise, rate, console.Output);
            return 0;
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(unusable.Message);
            return 1;
        }
    }

    /// <summary>
    /// The noise is a model: it is good where the tracker does as well on it as on the real boxes. New ids beyond those that it
    /// brings about by itself are given as switches.
    /// </summary>
    private static void PrintCheck(List<MotRow> people, IReadOnlyList<MotRow> boxes, DetectorNoise noise, double rate, TextWriter output)
    {
        var real = Track(people, boxes, rate);
        var simulated = Enumerable.Range(1, ChecksDone)
            .Select(seed => Track(people, NoiseReplay.Detections(people, noise, rate, seed), rate))
            .ToList();
        var lacking = Math.Max(0, real.Ids - simulated.Average(s => s.Ids)) / (real.Scores.Truth / rate);
        output.WriteLine($"switchesPerSecond: {Number(lacking)}");
        output.WriteLine($"# The tracker on the real boxes: {Text([real])}");
        output.WriteLine($"# and on simulated ones: {Text(simulated)}");
    }

    private static (TrackScores Scores, int Ids) Track(List<MotRow> people, IReadOnlyList<MotRow> boxes, double rate)
    {
        var tracks = OfflineTracking.Run(boxes, rate, new ByteTrackerOptions());
        return (TrackEvaluation.Evaluate(people, tracks), tracks.Select(t => t.Id).Distinct().Count());
    }

    private static string Text(List<(TrackScores Scores, int Ids)> runs) => string.Create(
        CultureInfo.InvariantCulture,
        $"MOTA {runs.Average(r => r.Scores.Mota):0.000}, IDF1 {runs.Average(r => r.Scores.Idf1):0.000}, F {runs.Average(r => r.Scores.TracksPerPerson):0.00}, "
        + $"switches {runs.Average(r => r.Scores.Switches):0.#}, false boxes {runs.Average(r => r.Scores.FalsePositives):0}, ids {runs.Average(r => r.Ids):0.#}");

    private static string Text(object value) => value is IEnumerable<double> many
        ? $"[{string.Join(", ", many.Select(Number))}]"
        : Number((double)value);

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
