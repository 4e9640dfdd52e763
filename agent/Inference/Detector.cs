using OpenCvSharp;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference.Heads;

namespace SocialCredit.Edge.Inference;

/// <summary>
/// Finds objects in frames: fits the frame into the model's input, runs the model, lets its head read the output. One
/// session and one set of buffers; not thread-safe, so every worker has its own.
/// </summary>
public sealed class Detector : IDisposable
{
    private readonly IModelHead _head;
    private readonly OnnxModel _onnx;
    private readonly Letterbox _letterbox;

    /// <summary>Loads the model and runs it once, so that the first frame takes no longer than others.</summary>
    /// <exception cref="ModelException">The weights are not those that the manifest speaks of.</exception>
    public Detector(Model model, DetectorOptions options)
    {
        var (width, height) = (model.Manifest.Input.Width, model.Manifest.Input.Height);
        _head = HeadCatalogue.Create(new HeadSetup(model.Manifest, options));
        _onnx = new OnnxModel(model, [1, 3, height, width], _head.OutputShape, options);
        _letterbox = new Letterbox(width, height, _head.Input);
    }

    /// <summary>Replaces the list's content by what the frame shows, surest first, boxes in pixels of the frame. Allocates nothing in the steady state.</summary>
    /// <param name="frame">Any size, but a change of size costs new buffers.</param>
    /// <param name="detections">The caller's, used again for every frame.</param>
    public void Detect(Frame frame, List<Detection> detections) => Detect(frame.Pixels, detections);

    /// <inheritdoc cref="Detect(Frame, List{Detection})"/>
    /// <param name="bgr">8 bits, 3 channels.</param>
    /// <param name="detections">The caller's.</param>
    /// <exception cref="ArgumentException">The frame is empty or of another type.</exception>
    // Not public: a caller without OpenCvSharp could not compile a call of the other overload.
    internal void Detect(Mat bgr, List<Detection> detections)
    {
        detections.Clear();
        var scale = _letterbox.Fit(bgr, _onnx.Input);
        _onnx.Run();
        _head.Decode(_onnx.Output, scale, detections);
    }

    /// <summary>The model alone, on whatever its input holds: what the rest is measured against.</summary>
    public void RunBare() => _onnx.Run();

    public void Dispose()
    {
        _letterbox.Dispose();
        _onnx.Dispose();
    }
}
