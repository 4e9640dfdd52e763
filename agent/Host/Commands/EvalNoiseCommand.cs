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

    public static Command Create()
    {
        var truth = new Option<string>("--gt") { Description = "Ground truth in MOT format; rows of confidence 0 are left out.", Required = true };
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
            return 0;
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(unusable.Message);
            return 1;
        }
    }

    private static string Text(object value) => value is IEnumerable<double> many
        ? $"[{string.Join(", ", many.Select(Number))}]"
        : Number((double)value);

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
