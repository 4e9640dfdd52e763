using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Inference.Heads;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Inference;

public sealed class YoloxHeadTests
{
    private const int Columns = 8;

    private static readonly LetterboxScale Double = new(2, 2, 128, 96);

    [Fact]
    public void On_real_outputs_it_says_what_a_plain_implementation_says()
    {
        var model = TestModels.YoloxNano();
        var options = new DetectorOptions();
        var head = HeadCatalogue.Create(new HeadSetup(model.Manifest, options));
        using var onnx = new OnnxModel(model, [1, 3, 416, 416], head.OutputShape, options);
        using var letterbox = new Letterbox(416, 416, head.Input);
        using var clip = new VideoCapture(TestPaths.VtestClip());
        using var frame = new Mat();
        var found = new List<Detection>();
        for (var i = 0; i < 5; i++)
        {
            clip.Set(VideoCaptureProperties.PosFrames, i * 100);
            Assert.True(clip.Read(frame));
            var scale = letterbox.Fit(frame, onnx.Input);
            onnx.Run();
            found.Clear();

            head.Decode(onnx.Output, scale, found);

            var expected = Reference(onnx.Output.ToArray(), model.Manifest, scale, options);
            Assert.InRange(expected.Count, 4, 60);
            Assert.Equal(expected.Count, found.Count);
            foreach (var (one, other) in expected.Zip(found))
                AssertSame(one, other);
        }
    }

    [Theory]
    [InlineData(0, 0, 0, 8)]
    [InlineData(7, 7, 0, 8)]
    [InlineData(8, 0, 1, 8)]
    [InlineData(64, 0, 0, 16)]
    [InlineData(64 + 5, 1, 1, 16)]
    [InlineData(80, 0, 0, 32)]
    [InlineData(83, 1, 1, 32)]
    public void Every_grid_puts_its_boxes_where_its_cells_are(int cell, int x, int y, int stride)
    {
        var output = Plant(cell, [0.5f, 0.5f, MathF.Log(0.5f), MathF.Log(0.25f), 0.9f, 0.1f, 0.8f, 0.2f]);

        var only = Assert.Single(Decode(output));

        var (centreX, centreY) = ((x + 0.5f) * stride * 2, (y + 0.5f) * stride * 2);
        var expected = new Box(centreX - stride / 2f, centreY - stride / 4f, centreX + stride / 2f, centreY + stride / 4f);
        AssertSame(new Detection(Cut(expected), ObjectClass.Vehicle, 0.72f), only);
    }

    [Fact]
    public void A_label_that_is_not_reported_hides_what_it_outweighs() =>
        Assert.Empty(Decode(Plant(0, [0.5f, 0.5f, 0, 0, 0.9f, 0.5f, 0.1f, 0.6f])));

    [Theory]
    [InlineData(0.0999f, 1f, 0)]
    [InlineData(1f, 0.0999f, 0)]
    [InlineData(0.5f, 0.21f, 1)]
    [InlineData(float.NaN, 1f, 0)]
    [InlineData(1f, float.NaN, 0)]
    public void Weak_and_meaningless_scores_are_dropped(float objectness, float score, int expected) =>
        Assert.Equal(expected, Decode(Plant(9, [0.5f, 0.5f, 0, 0, objectness, score, 0, 0])).Count);

    [Theory]
    [InlineData(float.NaN, 0f)]
    [InlineData(0f, float.NaN)]
    [InlineData(-1000f, 0f)]
    [InlineData(0f, float.NegativeInfinity)]
    public void Boxes_without_area_or_sense_are_dropped(float x, float width) =>
        Assert.Empty(Decode(Plant(9, [x, 0.5f, width, 0, 1, 1, 0, 0])));

    [Fact]
    public void A_box_of_any_size_ends_at_the_frame()
    {
        var only = Assert.Single(Decode(Plant(9, [0.5f, 0.5f, 500, 500, 1, 1, 0, 0])));

        Assert.Equal(new Box(0, 0, 128, 96), only.Box);
    }

    [Fact]
    public void An_input_of_half_cells_is_refused()
    {
        var manifest = TestModels.SmallManifest() with { Input = new ModelInput { Width = 100, Height = 64 } };

        var refused = Assert.Throws<ModelException>(() => HeadCatalogue.Create(new HeadSetup(manifest, new DetectorOptions())));

        Assert.Equal("Model small: head yolox needs an input of multiples of 32 pixels, not 100x64.", refused.Message);
    }

    [Fact]
    public void A_head_that_does_not_exist_is_told_with_those_that_do()
    {
        var manifest = TestModels.SmallManifest() with { Head = "yolo12" };

        var refused = Assert.Throws<ModelException>(() => HeadCatalogue.Create(new HeadSetup(manifest, new DetectorOptions())));

        Assert.Equal("Model small: head 'yolo12' is not known. Known heads: yolox.", refused.Message);
    }

    private static float[] Plant(int cell, float[] row)
    {
        var output = new float[TestModels.SmallCells * Columns];
        row.CopyTo(output, cell * Columns);
        return output;
    }

    private static List<Detection> Decode(float[] output)
    {
        var head = HeadCatalogue.Create(new HeadSetup(TestModels.SmallManifest(), new DetectorOptions()));
        var found = new List<Detection>();
        head.Decode(output, Double, found);
        return found;
    }

    private static Box Cut(Box box) => new(MathF.Max(0, box.Left), MathF.Max(0, box.Top), MathF.Min(128, box.Right), MathF.Min(96, box.Bottom));

    // Every cell decoded, in doubles, before anything is thrown away.
    private static List<Detection> Reference(float[] output, ModelManifest manifest, LetterboxScale scale, DetectorOptions options)
    {
        var cells = new[] { 8, 16, 32 }.SelectMany(stride =>
            from y in Enumerable.Range(0, manifest.Input.Height / stride)
            from x in Enumerable.Range(0, manifest.Input.Width / stride)
            select (x, y, stride)).ToArray();
        var classes = manifest.MapLabels();
        var candidates = output.Chunk(5 + classes.Length).Zip(cells).Select(pair =>
        {
            var (row, (x, y, stride)) = pair;
            var best = row.Skip(5).Select((score, index) => (score, index)).MaxBy(entry => entry.score);
            var (centreX, centreY) = ((row[0] + (double)x) * stride, (row[1] + (double)y) * stride);
            var (width, height) = (Math.Exp(row[2]) * stride, Math.Exp(row[3]) * stride);
            var box = new Box(
                (float)Math.Clamp((centreX - width / 2) * scale.X, 0, scale.FrameWidth), (float)Math.Clamp((centreY - height / 2) * scale.Y, 0, scale.FrameHeight),
                (float)Math.Clamp((centreX + width / 2) * scale.X, 0, scale.FrameWidth), (float)Math.Clamp((centreY + height / 2) * scale.Y, 0, scale.FrameHeight));
            return (Class: classes[best.index], Box: box, Confidence: row[4] * best.score);
        }).Where(candidate => candidate.Class is not null && candidate.Confidence >= options.ConfidenceMin);
        var kept = new List<Detection>();
        foreach (var candidate in candidates.OrderByDescending(candidate => candidate.Confidence))
        {
            if (!kept.Any(surer => surer.Class == candidate.Class && surer.Box.Overlap(candidate.Box) > options.OverlapMax))
                kept.Add(new Detection(candidate.Box, candidate.Class!.Value, candidate.Confidence));
        }

        return kept;
    }

    private static void AssertSame(Detection expected, Detection found)
    {
        Assert.Equal(expected.Class, found.Class);
        Assert.Equal(expected.Confidence, found.Confidence, 1e-5f);
        Assert.Equal(expected.Box.Left, found.Box.Left, 0.01f);
        Assert.Equal(expected.Box.Top, found.Box.Top, 0.01f);
        Assert.Equal(expected.Box.Right, found.Box.Right, 0.01f);
        Assert.Equal(expected.Box.Bottom, found.Box.Bottom, 0.01f);
    }
}
