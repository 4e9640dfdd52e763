using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Inference;

public sealed class DetectorTests
{
    [Fact]
    public void A_frame_costs_no_managed_memory()
    {
        using var detector = new Detector(TestModels.Own(), new DetectorOptions());
        using var clip = new VideoCapture(TestPaths.VtestClip());
        using var frame = new Mat();
        Assert.True(clip.Read(frame));
        var detections = new List<Detection>(256);
        for (var i = 0; i < 40; i++)
            detector.Detect(frame, detections);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 50; i++)
            detector.Detect(frame, detections);

        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.NotEmpty(detections);
        Assert.Equal(0, bytes / 50);
    }

    [Fact]
    public void Each_frame_replaces_what_the_frame_before_it_showed()
    {
        var output = new float[TestModels.SmallCells * 8];
        float[] person = [0.5f, 0.5f, 0, 0, 1, 1, 0, 0];
        person.CopyTo(output, 0);
        using var detector = new Detector(TestModels.Small(output), new DetectorOptions());
        using var frame = new Mat(128, 256, MatType.CV_8UC3, Scalar.All(0));
        var detections = new List<Detection>();

        detector.Detect(frame, detections);
        detector.Detect(frame, detections);

        Assert.Equal(new Detection(new Box(0, 0, 32, 32), ObjectClass.Person, 1), Assert.Single(detections));
    }

    [Fact]
    public void A_file_that_is_not_ONNX_is_named()
    {
        var path = Path.Combine(TestPaths.NewFolder(), "small.onnx");
        File.WriteAllText(path, "<html>404</html>");

        Refuses(path, "expected an ONNX model, but ONNX Runtime cannot load it");
    }

    [Fact]
    public void A_file_that_was_cut_short_is_named()
    {
        var model = TestModels.Small();
        var bytes = File.ReadAllBytes(model.WeightsPath);
        File.WriteAllBytes(model.WeightsPath, bytes[..(bytes.Length / 2)]);

        Refuses(model.WeightsPath, "expected an ONNX model, but ONNX Runtime cannot load it");
    }

    [Fact]
    public void A_file_that_is_missing_is_named() =>
        Refuses(Path.Combine(TestPaths.NewFolder(), "small.onnx"), "expected an ONNX model, but ONNX Runtime cannot load it");

    [Fact]
    public void An_input_of_another_size_is_told() => Refuses(
        Write([new("images", OnnxFile.Float, [1, 3, 96, 64])], [Output()]),
        "expected one input of floats [1, 3, 64, 64] by its model.yaml (head yolox, input 64x64, 3 labels), found 'images' [1, 3, 96, 64].");

    [Fact]
    public void An_input_of_other_numbers_is_told() => Refuses(
        Write([new("images", OnnxFile.Int64, [1, 3, 64, 64])], [Output()]), "expected one input of floats [1, 3, 64, 64]", "found 'images' of Int64.");

    [Fact]
    public void Two_inputs_are_told() => Refuses(
        Write([new("images", OnnxFile.Float, [1, 3, 64, 64]), new("size", OnnxFile.Float, [2])], [Output()]), "found 2 inputs: images, size.");

    [Fact]
    public void An_output_for_another_number_of_classes_is_told() => Refuses(
        Write([Input()], [new("output", OnnxFile.Float, [1, 84, 85])]),
        "expected one output of floats [1, 84, 8] by its model.yaml (head yolox, input 64x64, 3 labels), found 'output' [1, 84, 85].");

    [Fact]
    public void Two_outputs_are_told() => Refuses(
        Write([Input()], [Output(), new("more", OnnxFile.Float, [1])]), "expected one output of floats [1, 84, 8]", "found 2 outputs: output, more.");

    [Fact]
    public void An_open_batch_is_accepted()
    {
        var path = Write([new("images", OnnxFile.Float, [-1, 3, 64, 64])], [Output()]);

        using var detector = new Detector(new Model(TestModels.SmallManifest(path), path), new DetectorOptions());
    }

    private static OnnxFile.Tensor Input() => new("images", OnnxFile.Float, [1, 3, 64, 64]);

    private static OnnxFile.Tensor Output() => new("output", OnnxFile.Float, [1, TestModels.SmallCells, 8]);

    private static string Write(OnnxFile.Tensor[] inputs, OnnxFile.Tensor[] outputs)
    {
        var path = Path.Combine(TestPaths.NewFolder(), "small.onnx");
        OnnxFile.Write(path, inputs, outputs);
        return path;
    }

    private static void Refuses(string path, params string[] parts)
    {
        var refused = Assert.Throws<ModelException>(() => new Detector(new Model(TestModels.SmallManifest(path), path), new DetectorOptions()));

        Assert.StartsWith(path + ": ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", refused.Message, StringComparison.Ordinal);
        foreach (var part in parts)
            Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }
}
