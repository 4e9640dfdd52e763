using System.Text.Json;
using System.Xml.Linq;
using OpenCvSharp;
using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Host.Commands;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

public sealed class ModelsEvalCommandTests(ITestOutputHelper log)
{
    private readonly string _folder = TestPaths.NewFolder();

    [Fact]
    public void Two_models_stand_side_by_side_with_a_ratio_to_the_one_named()
    {
        var set = WriteSet();

        var (code, output, error) = Run("--model", Model("good", 0.9f), "--model", Model("poor", 0.9f, wrong: 0.95f), "--set", set, "--against", "good");

        Assert.Equal((0, ""), (code, error));
        log.WriteLine(output);
        Assert.Matches(@"class +truth +good +poor\n", output);
        Assert.Matches(@"person +AP +1 +1\.000 +0\.500\n +of good's +1\.000 +0\.500\n", output);
        Assert.Matches(@"best F1 +1\.000 +0\.667\n +at confidence +0\.900 +0\.900\n +precision +1\.000 +0\.500\n +recall +1\.000 +1\.000\n", output);
        Assert.Matches(@"vehicle +AP +- +- +-\n", output);
        Assert.Matches(@"mean +AP +1\.000 +0\.500\n", output);
        Assert.Contains("Labelled, but no class here: sofa 1.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_every_box_that_is_sure_enough_for_its_model_is_counted()
    {
        var set = WriteSet();
        var empty = Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName;
        for (var i = 1; i <= 4; i++)
            Picture(Path.Combine(empty, $"{i}.png"));

        // Both threshold themselves at the person's 0.9: the wrong box of the second lies below it, the third's above.
        var (code, output, _) = Run(
            "--model", Model("good", 0.9f), "--model", Model("poor", 0.9f, wrong: 0.2f), "--model", Model("bad", 0.9f, wrong: 0.95f),
            "--set", set, "--empty", empty);

        Assert.Equal(0, code);
        Assert.Matches(@"empty +all classes +4 +100\.000 +100\.000 +200\.000\n +person +100\.000 +100\.000 +200\.000\n", output);
    }

    [Fact]
    public void The_figures_are_written_as_JSON_and_the_curves_as_a_picture()
    {
        var (json, picture) = (Path.Combine(_folder, "figures.json"), Path.Combine(_folder, "curves.svg"));

        var (code, _, error) = Run("--model", Model("good", 0.9f), "--set", WriteSet(), "--json", json, "--picture", picture);

        Assert.Equal((0, ""), (code, error));
        using var figures = JsonDocument.Parse(File.ReadAllText(json));
        var person = figures.RootElement.GetProperty("sets")[0].GetProperty("classes")[0];
        Assert.Equal("person", person.GetProperty("class").GetString());
        Assert.Equal(1, person.GetProperty("models")[0].GetProperty("averagePrecision").GetDouble());
        var svg = XDocument.Parse(File.ReadAllText(picture));
        var words = svg.Descendants().Where(each => each.Name.LocalName == "text").Select(each => each.Value).ToList();
        Assert.Contains("good, AP 1.000", words);
        Assert.Contains("recall", words);
        // A whole row of the panel: precision 1 up to recall 1.
        Assert.Contains(svg.Descendants(), each => each.Attribute("d")?.Value == "M0 0H200");
    }

    [Fact]
    public void On_PETS_the_table_says_what_the_model_is_known_to_reach()
    {
        var models = TestPaths.SharedData("models");
        TestPaths.SharedData("models/yolox_nano.onnx");
        var json = Path.Combine(_folder, "pets.json");

        var (code, output, _) = CommandRun.Of(ModelsCommand.Create(),
        [
            "eval", "--models", models, "--model", "yolox-nano", "--against", "yolox-nano", "--set", TestPaths.SharedData("gt/PETS09-S2L1"),
            "--frames", TestPaths.VtestClip(), "--every", "10", "--json", json,
        ]);

        log.WriteLine(output);
        Assert.Equal(0, code);
        Assert.Matches(@"person +AP +467 +0\.90\d\n +of yolox-nano's +1\.000\n", output);
        using var figures = JsonDocument.Parse(File.ReadAllText(json));
        Assert.InRange(figures.RootElement.GetProperty("sets")[0].GetProperty("mean")[0].GetDouble(), 0.895, 1);
    }

    [Fact]
    public void Truth_of_more_frames_than_the_video_has_is_refused()
    {
        var set = Directory.CreateDirectory(Path.Combine(_folder, "long")).FullName;
        File.WriteAllText(Path.Combine(set, "gt.txt"), "1,1,0,0,9,9,1,-1,-1,-1\n900,1,0,0,9,9,1,-1,-1,-1\n");

        var (code, _, error) = Run("--model", Model("good", 0.9f), "--set", set, "--frames", TestPaths.VtestClip(), "--every", "899");

        Assert.Equal(1, code);
        Assert.Contains("has boxes up to frame 900, but ", error, StringComparison.Ordinal);
        Assert.Contains("vtest.avi ends after 795. Is it that sequence's video?", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named_before_anything_is_measured()
    {
        var (code, output, error) = Run("--model", Model("good", 0.9f), "--set", WriteSet(), "--json", Path.Combine(_folder, "none", "a.json"));

        Assert.Equal((1, ""), (code, output));
        Assert.EndsWith($"a.json: there is no folder {Path.Combine(_folder, "none")} to write it to.\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--every", "0")]
    [InlineData("--confidence-min", "0")]
    [InlineData("--confidence-min", "NaN")]
    [InlineData("--against", "another")]
    public void A_wrong_option_is_a_usage_fault(string option, string value) =>
        Assert.NotEmpty(ModelsCommand.Create().Parse(["eval", "--model", "good", "--set", "s", option, value]).Errors);

    // One picture with a person in its upper left corner, and a sofa, which no model here knows.
    private string WriteSet()
    {
        var set = Path.Combine(_folder, "set");
        Directory.CreateDirectory(Path.Combine(set, "Annotations"));
        Directory.CreateDirectory(Path.Combine(set, "JPEGImages"));
        const string person = "<object><name>person</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>32</xmax><ymax>32</ymax></bndbox></object>";
        const string sofa = "<object><name>sofa</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>32</xmax><ymax>32</ymax></bndbox></object>";
        File.WriteAllText(Path.Combine(set, "Annotations", "one.xml"), $"<annotation>{person}{sofa}</annotation>");
        Picture(Path.Combine(set, "JPEGImages", "one.png"));
        return set;
    }

    private static void Picture(string path)
    {
        using var picture = new Mat(128, 256, MatType.CV_8UC3, Scalar.All(0));
        Cv2.ImWrite(path, picture);
    }

    /// <summary>A model that always sees a person in the corner and perhaps one where none is.</summary>
    private string Model(string name, float right, float wrong = 0)
    {
        var output = new float[TestModels.SmallCells * 8];
        ((float[])[0.5f, 0.5f, 0, 0, 1, right, 0, 0]).CopyTo(output, 0);
        ((float[])[0.5f, 0.5f, 0, 0, 1, wrong, 0, 0]).CopyTo(output, 27 * 8);
        TestModels.WriteFolder(Path.Combine(_folder, "models"), name, output);
        return name;
    }

    private (int Code, string Output, string Error) Run(params string[] arguments) =>
        CommandRun.Of(ModelsCommand.Create(), ["eval", "--models", Path.Combine(_folder, "models"), .. arguments]);
}
