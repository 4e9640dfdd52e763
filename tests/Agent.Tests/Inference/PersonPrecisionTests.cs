using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Inference.Evaluation;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Inference;

public sealed class PersonPrecisionTests(ITestOutputHelper log)
{
    // Red and blue exchanged gives 0.887 with this model and clip: a wrong order of colours must not pass.
    private const double PrecisionMin = 0.895;

    [Fact]
    public void Persons_of_PETS_are_found_as_well_as_the_model_can()
    {
        var truth = Truth(TestPaths.SharedData("gt/PETS09-S2L1/gt/gt.txt"));
        using var detector = new Detector(TestModels.YoloxNano(), new DetectorOptions { ConfidenceMin = 0.01f });
        using var clip = new VideoCapture(TestPaths.VtestClip());
        using var frame = new Mat();
        var detections = new List<Detection>();
        var pictures = new List<SeenPicture>();
        for (var index = 1; clip.Read(frame); index++)
        {
            if (!truth.TryGetValue(index, out var boxes))
                continue;
            detector.Detect(frame, detections);
            pictures.Add(new SeenPicture(boxes, [.. detections]));
        }

        var precision = PrecisionCurve.Of(pictures, ObjectClass.Person).AveragePrecision!.Value;

        log.WriteLine($"person AP@0.5 on {truth.Count} frames: {precision:0.0000}");
        Assert.InRange(precision, PrecisionMin, 1);
    }

    // Frames 1, 11, 21, ...
    private static Dictionary<int, List<TruthBox>> Truth(string path) =>
        File.ReadLines(path).Select(line => line.Split(',').Take(6).Select(float.Parse).ToArray())
            .Where(row => ((int)row[0] - 1) % 10 == 0)
            .GroupBy(row => (int)row[0])
            .ToDictionary(frame => frame.Key, frame => frame.Select(row => new TruthBox(new Box(row[2], row[3], row[2] + row[4], row[3] + row[5]), ObjectClass.Person)).ToList());
}
