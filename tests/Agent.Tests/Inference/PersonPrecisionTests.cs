using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;
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
        var all = new List<(int Frame, Box Box, float Confidence)>();
        for (var index = 1; clip.Read(frame); index++)
        {
            if (!truth.ContainsKey(index))
                continue;
            detector.Detect(frame, detections);
            foreach (var detection in detections)
            {
                if (detection.Class == ObjectClass.Person)
                    all.Add((index, detection.Box, detection.Confidence));
            }
        }

        var precision = AveragePrecision.Of(all, truth, overlapMin: 0.5f);

        log.WriteLine($"person AP@0.5 on {truth.Count} frames: {precision:0.0000}");
        Assert.InRange(precision, PrecisionMin, 1);
    }

    [Fact]
    public void Average_precision_is_right_on_a_case_made_by_hand()
    {
        var (here, there, nowhere) = (new Box(0, 0, 10, 10), new Box(50, 50, 60, 60), new Box(90, 90, 99, 99));
        var truth = new Dictionary<int, List<Box>> { [1] = [here, there], [2] = [here] };

        // Hit, miss, hit, a second box on a person already found; one person of three is never found.
        var precision = AveragePrecision.Of([(1, here, 0.9f), (1, nowhere, 0.8f), (2, here, 0.7f), (2, here, 0.6f)], truth, 0.5f);

        Assert.Equal(1.0 / 3 + 2.0 / 3 / 3, precision, 1e-12);
    }

    // Frames 1, 11, 21, ...
    private static Dictionary<int, List<Box>> Truth(string path) =>
        File.ReadLines(path).Select(line => line.Split(',').Take(6).Select(float.Parse).ToArray())
            .Where(row => ((int)row[0] - 1) % 10 == 0)
            .GroupBy(row => (int)row[0])
            .ToDictionary(frame => frame.Key, frame => frame.Select(row => new Box(row[2], row[3], row[2] + row[4], row[3] + row[5])).ToList());
}
