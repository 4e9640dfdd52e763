using BenchmarkDotNet.Attributes;
using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Inference.Heads;

namespace SocialCredit.Edge.Benchmarks;

/// <summary>What happens to one frame before the tracker, stage by stage, on the real model and the real clip.</summary>
/// <remarks>
/// Needs the weights: set <c>SCE_MODELS</c>, and <c>SCE_MODEL</c> for another than YOLOX-nano; and the clip: set <c>SCE_CLIP</c> to
/// vtest.avi.
/// </remarks>
[MemoryDiagnoser]
[InProcess]
public class FrameStages
{
    private readonly List<Detection> _detections = new(256);
    private readonly StaticForeground _foreground = new();
    private readonly ForegroundSample _sample = new();
    private Mat _frame = null!;
    private Detector _detector = null!;
    private Letterbox _letterbox = null!;
    private IModelHead _head = null!;
    private OnnxModel _onnx = null!;
    private LetterboxScale _scale;
    private long _sampled;

    [GlobalSetup]
    public void Open()
    {
        var model = ModelStore.FromEnvironment(null).Find(Environment.GetEnvironmentVariable("SCE_MODEL") ?? "yolox-nano");
        var options = new DetectorOptions();
        var (width, height) = (model.Manifest.Input.Width, model.Manifest.Input.Height);
        _detector = new Detector(model, options);
        _head = HeadCatalogue.Create(new HeadSetup(model.Manifest, options));
        _onnx = new OnnxModel(model, [1, 3, height, width], _head.OutputShape, options);
        _letterbox = new Letterbox(width, height, _head.Input);
        using var capture = new VideoCapture(Environment.GetEnvironmentVariable("SCE_CLIP") ?? "vtest.avi");
        _frame = new Mat();
        for (var i = 0; i < 300; i++)
            capture.Read(_frame);
        _scale = _letterbox.Fit(_frame, _onnx.Input);
        _onnx.Run();
    }

    [GlobalCleanup]
    public void Close()
    {
        _letterbox.Dispose();
        _onnx.Dispose();
        _detector.Dispose();
        _sample.Dispose();
        _frame.Dispose();
    }

    [Benchmark]
    public void Letterbox() => _letterbox.Fit(_frame, _onnx.Input);

    [Benchmark(Baseline = true)]
    public void BareModel() => _onnx.Run();

    [Benchmark]
    public void HeadAndSuppression()
    {
        _detections.Clear();
        _head.Decode(_onnx.Output, _scale, _detections);
    }

    /// <summary>Five in a second, whatever the camera gives.</summary>
    [Benchmark]
    public void ForegroundOfOneSample()
    {
        _detections.Clear();
        _sample.Fill(_frame);
        _foreground.Advance(_sample, DateTimeOffset.UnixEpoch.AddSeconds(_sampled++ / 5.0), _detections);
    }

    [Benchmark]
    public void WholeDetector() => _detector.Detect(_frame, _detections);
}
