using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SocialCredit.Edge.Inference;

/// <summary>
/// One session with its one input and one output tensor, both in memory that is reserved once and stays where it is. Not
/// thread-safe: run, then read.
/// </summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly OrtValue _inputValue;
    private readonly OrtValue _outputValue;
    private readonly OrtIoBinding _binding;

    static OnnxModel() => OnnxTelemetry.SwitchOff();

    /// <param name="model">Whose weights are loaded.</param>
    /// <param name="inputShape">What the model must take.</param>
    /// <param name="outputShape">What it must give.</param>
    /// <param name="options">Threads and spinning.</param>
    /// <exception cref="ModelException">The file is not ONNX, or its tensors are others.</exception>
    public OnnxModel(Model model, IReadOnlyList<long> inputShape, IReadOnlyList<long> outputShape, DetectorOptions options)
    {
        _session = Load(model, options);
        try
        {
            CheckTensor(model, "input", _session.InputMetadata, inputShape);
            CheckTensor(model, "output", _session.OutputMetadata, outputShape);
            (_input, _inputValue) = Reserve(inputShape);
            (_output, _outputValue) = Reserve(outputShape);
            _binding = _session.CreateIoBinding();
            _binding.BindInput(_session.InputNames[0], _inputValue);
            _binding.BindOutput(_session.OutputNames[0], _outputValue);
            FirstRun(model);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Span<float> Input => _input;

    public ReadOnlySpan<float> Output => _output;

    /// <summary>From <see cref="Input"/> to <see cref="Output"/>.</summary>
    public void Run() => _session.RunWithBinding(_runOptions, _binding);

    public void Dispose()
    {
        // Some are null where the constructor gave up.
        _binding?.Dispose();
        _inputValue?.Dispose();
        _outputValue?.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static InferenceSession Load(Model model, DetectorOptions options)
    {
        using var sessionOptions = OnnxSession.Options(options);
        // A batch of any size, as of one frame: what depends on it is worked out once, at loading.
        sessionOptions.AddFreeDimensionOverrideByName("batch", 1);
        try
        {
            return new InferenceSession(model.WeightsPath, sessionOptions);
        }
        catch (OnnxRuntimeException unreadable)
        {
            throw new ModelException(
                $"{model.WeightsPath}: expected an ONNX model, but ONNX Runtime cannot load it. "
                + $"{OnnxSession.FirstLine(unreadable)} {model.Manifest.Remedy}",
                unreadable);
        }
    }

    private static (float[] Memory, OrtValue Value) Reserve(IReadOnlyList<long> shape)
    {
        long[] dimensions = [.. shape];
        var count = dimensions.Aggregate(1L, (product, next) => checked(product * next));
        var memory = GC.AllocateArray<float>(checked((int)count), pinned: true);
        return (memory, OrtValue.CreateTensorValueFromMemory(memory, dimensions));
    }

    private static void CheckTensor(
        Model model, string side, IReadOnlyDictionary<string, NodeMetadata> found, IReadOnlyList<long> expected)
    {
        var file = model.WeightsPath;
        var wanted = $"expected one {side} of floats {Text(expected)} by {Expecting(model.Manifest)}";
        if (found.Count != 1)
            throw new ModelException($"{file}: {wanted}, found {found.Count} {side}s: {string.Join(", ", found.Keys)}.");
        var (name, tensor) = found.First();
        if (!tensor.IsTensor || tensor.ElementDataType != TensorElementType.Float)
            throw new ModelException($"{file}: {wanted}, found '{name}' of {(tensor.IsTensor ? tensor.ElementDataType : tensor.OnnxValueType)}.");
        var shape = tensor.Dimensions;
        // A model may leave a dimension open: below zero.
        var fits = shape.Length == expected.Count && shape.Zip(expected).All(pair => pair.First < 0 || pair.First == pair.Second);
        if (!fits)
            throw new ModelException($"{file}: {wanted}, found '{name}' {Text([.. shape.Select(side => (long)side)])}.");
    }

    // Open dimensions show their truth only now; and the first frame is spared the first run's extra time.
    private void FirstRun(Model model)
    {
        try
        {
            Run();
        }
        catch (OnnxRuntimeException failed)
        {
            throw new ModelException($"{model.WeightsPath}: does not run as expected by {Expecting(model.Manifest)}. {OnnxSession.FirstLine(failed)}", failed);
        }
    }

    private static string Expecting(ModelManifest manifest) =>
        $"its {ModelManifest.FileName} (head {manifest.Head}, input {manifest.Input.Width}x{manifest.Input.Height}, {manifest.Labels.Count} labels)";

    private static string Text(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape.Select(side => side < 0 ? "any" : $"{side}"))}]";
}
