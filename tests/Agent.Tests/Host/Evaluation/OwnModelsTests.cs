using System.Text.Json;
using OpenCvSharp;
using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Commands;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

/// <summary>The models that are in the repository, as they were committed.</summary>
public sealed class OwnModelsTests(ITestOutputHelper log)
{
    private const double RatioMin = 0.88;
    private const long BytesMax = 6_000_000;

    private readonly string _folder = TestPaths.NewFolder();

    public static TheoryData<string> Names => new("street-320", "street-320-int8", "street-480");

    // Frame of vtest.avi, counted from 0, and its persons by the ground truth of PETS2009 S2.L1 (annotated by A. Milan).
    private static readonly (int Frame, int Persons)[] Persons =
        [(0, 3), (100, 6), (200, 7), (300, 6), (400, 3), (500, 4), (600, 6), (700, 8)];

    [Fact]
    public void Every_model_whose_weights_are_here_is_named_in_this_test()
    {
        var own = new ModelStore([TestModels.Folder], _folder).List().Where(entry => entry.Manifest?.Url is null).Select(entry => entry.Name);

        Assert.Equal(Names.Select(row => row.Data), own);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_sees_the_persons_of_a_street_it_never_learned_from(string name)
    {
        var model = new ModelStore([TestModels.Folder], _folder).Find(name);
        using var detector = new Detector(model, new DetectorOptions { ConfidenceMin = 0.5f });
        using var clip = new VideoCapture(TestPaths.VtestClip());
        using var frame = new Mat();
        var detections = new List<Detection>();
        var (error, total) = (0, 0);
        foreach (var (at, persons) in Persons)
        {
            clip.Set(VideoCaptureProperties.PosFrames, at);
            Assert.True(clip.Read(frame));
            detector.Detect(frame, detections);
            var found = detections.Count(detection => detection.Class == ObjectClass.Person);
            log.WriteLine($"frame {at}: {found} of {persons}");
            (error, total) = (error + Math.Abs(found - persons), total + persons);
        }

        Assert.True(error <= 0.25 * total, $"{error} too many or too few of {total}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_card_says_what_it_is_for_where_it_fails_and_what_it_must_not_be_used_for(string name)
    {
        var card = File.ReadAllText(Path.Combine(TestModels.Folder, name, "CARD.md"));

        foreach (var heading in (string[])["Intended use", "Must not be used for", "Data and licences", "Figures", "Where it fails"])
            Assert.Contains($"## {heading}", card, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_in_the_models_folder_is_at_most_six_megabytes()
    {
        var bytes = new DirectoryInfo(TestModels.Folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Directory!.Name != "__pycache__").Sum(file => file.Length);

        log.WriteLine($"{bytes} bytes");
        Assert.InRange(bytes, 1, BytesMax);
    }

    /// <summary>On every fourth frame, which is every 0.6 s; <c>SCE_WHOLE_CLIPS=1</c> takes all.</summary>
    [Fact]
    public void On_PETS_they_reach_what_YOLOX_nano_reaches_but_an_eighth()
    {
        var every = TestPaths.PlaysWholeClips ? 1 : 4;
        var models = TestPaths.SharedData("models");
        var json = Path.Combine(_folder, "pets.json");
        string[] arguments =
        [
            "eval", "--models", models, .. Names.SelectMany(row => (string[])["--model", row.Data]), "--model", "yolox-nano", "--against", "yolox-nano",
            "--set", TestPaths.SharedData("gt/PETS09-S2L1"), "--frames", TestPaths.VtestClip(), "--every", $"{every}", "--json", json,
            "--empty", PicturesOf(TestPaths.SharedData("clips/night_ir_empty_insects_rfm.mp4"), step: 100 / every),
        ];

        var (code, output, error) = CommandRun.Of(ModelsCommand.Create(), arguments);

        log.WriteLine(output);
        Assert.True(code == 0, error);
        using var figures = JsonDocument.Parse(File.ReadAllText(json));
        var mean = figures.RootElement.GetProperty("sets")[0].GetProperty("mean").EnumerateArray().Select(each => each.GetDouble()).ToList();
        Assert.All(mean[..^1], own => Assert.InRange(own / mean[^1], RatioMin, 2));
        var night = figures.RootElement.GetProperty("empty")[0].GetProperty("falseBoxes").EnumerateArray()
            .Select(each => each.EnumerateObject().Sum(count => count.Value.GetInt32())).ToList();
        Assert.All(night[..^1], own => Assert.InRange(own, 0, night[^1]));
    }

    // A folder of pictures, of which `--every` leaves each hundredth: of the street more are to be seen.
    private string PicturesOf(string clip, int step)
    {
        var pictures = Directory.CreateDirectory(Path.Combine(_folder, "night")).FullName;
        using var capture = new VideoCapture(clip);
        using var frame = new Mat();
        for (var i = 0; capture.Grab(); i++)
        {
            if (i % step == 0 && capture.Retrieve(frame))
                Cv2.ImWrite(Path.Combine(pictures, $"{i:0000}.png"), frame, new ImageEncodingParam(ImwriteFlags.PngCompression, 1));
        }

        return pictures;
    }
}
