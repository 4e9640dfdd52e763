using Microsoft.ML.OnnxRuntime;

namespace SocialCredit.Edge.Inference.Evaluation;

/// <summary>
/// Holds an exported graph against the values of the program that it was exported from, node by node. The folder has
/// <c>graph.onnx</c> with every value as an output and one input, <c>inputs.npy</c> [K, 3, height, width], <c>nodes.txt</c> with one
/// output's name a line, and <c>0000.npy</c>, <c>0001.npy</c>, ... in that order: [K, ...].
/// </summary>
public static class GraphComparison
{
    private const string GraphFile = "graph.onnx";
    private const string InputsFile = "inputs.npy";
    private const string NodesFile = "nodes.txt";

    /// <summary>Runs each input alone and, where the graph leaves its batch open, all of them at once too.</summary>
    /// <param name="folder">As above.</param>
    /// <param name="isPlain">Without the optimisation of the graph that the agent asks for.</param>
    /// <param name="progress">Is told how many runs are done.</param>
    /// <exception cref="ModelException">The graph cannot be loaded or run, or does not fit the values.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="FormatException">A file of values is not of its format.</exception>
    public static GraphDifferences Compare(string folder, bool isPlain, IProgress<int>? progress = null)
    {
        var inputs = new NpyFile(Path.Combine(folder, InputsFile));
        if (inputs.Shape.Count != 4 || inputs.Shape[0] == 0)
        {
            throw new FormatException(
                $"{Path.Combine(folder, InputsFile)}: expected [K, channels, height, width], found {NpyFile.Text(inputs.Shape)}.");
        }

        var nodes = ReadNodes(folder, inputs.Shape[0]);
        var graph = Path.Combine(folder, GraphFile);
        if (!File.Exists(graph))
            throw new FileNotFoundException($"{graph}: there is no such file.", graph);
        try
        {
            using var options = OnnxSession.Options(new DetectorOptions(), isPlain);
            using var session = new InferenceSession(graph, options);
            CheckNames(graph, session, nodes);
            using var runOptions = new RunOptions();
            for (var k = 0; k < inputs.Shape[0]; k++)
            {
                Run((session, runOptions), inputs, (k, 1), nodes);
                progress?.Report(k + 1);
            }

            var isBatchOpen = session.InputMetadata.First().Value.Dimensions[0] < 0;
            if (isBatchOpen)
                Run((session, runOptions), inputs, (0, inputs.Shape[0]), nodes);
            return new GraphDifferences([.. nodes.Select(node => node.Difference)], inputs.Shape[0], isBatchOpen);
        }
        catch (OnnxRuntimeException failed)
        {
            throw new ModelException($"{graph}: {OnnxSession.FirstLine(failed)} Export it again.", failed);
        }
    }

    private static List<Node> ReadNodes(string folder, int frames)
    {
        var list = Path.Combine(folder, NodesFile);
        if (!File.Exists(list))
            throw new FileNotFoundException($"{list}: there is no such file. Name a folder that the exporter wrote.", list);
        var names = File.ReadAllLines(list).Where(line => line.Trim().Length > 0).Select(line => line.Trim()).ToList();
        if (names.Count == 0)
            throw new FormatException($"{list}: names no node.");
        return [.. names.Select((name, i) => new Node(name, new NpyFile(Path.Combine(folder, $"{i:0000}.npy")), frames))];
    }

    private static void CheckNames(string graph, InferenceSession session, List<Node> nodes)
    {
        if (session.InputNames.Count != 1)
            throw new ModelException($"{graph}: expected one input, found {string.Join(", ", session.InputNames)}.");
        var absent = nodes.Select(node => node.Name).Except(session.OutputNames).ToList();
        if (absent.Count > 0)
            throw new ModelException($"{graph}: has no output {string.Join(", ", absent)}. Add every value of {NodesFile} to the outputs.");
    }

    private static void Run(
        (InferenceSession Session, RunOptions Options) run, NpyFile inputs, (int First, int Count) frames, List<Node> nodes)
    {
        var memory = new float[frames.Count * inputs.RowLength];
        for (var k = 0; k < frames.Count; k++)
            inputs.ReadRow(frames.First + k, memory.AsSpan(k * inputs.RowLength));
        long[] shape = [frames.Count, .. inputs.Shape.Skip(1)];
        using var input = OrtValue.CreateTensorValueFromMemory(memory, shape);
        var names = nodes.Select(node => node.Name).ToList();
        using var outputs = run.Session.Run(run.Options, run.Session.InputNames, [input], names);
        for (var i = 0; i < nodes.Count; i++)
            nodes[i].Compare(outputs[i], frames.First, frames.Count);
    }

    /// <summary>One value of the graph and the largest difference so far.</summary>
    private sealed class Node
    {
        private readonly NpyFile _reference;
        private readonly float[] _row;
        private double _largest;
        private double _scale;

        public Node(string name, NpyFile reference, int frames)
        {
            if (reference.Shape.Count == 0 || reference.Shape[0] != frames)
                throw new FormatException($"values of '{name}': expected {frames} rows as in {InputsFile}, found {NpyFile.Text(reference.Shape)}.");
            (Name, _reference, _row) = (name, reference, new float[reference.RowLength]);
        }

        public string Name { get; }

        public NodeDifference Difference => new(Name, [.. _reference.Shape.Skip(1)], _largest, Relative);

        // A node that is zero everywhere has no scale: there any difference is too large.
        private double Relative => (_largest, _scale) switch
        {
            (0, _) => 0,
            (_, > 0) => _largest / _scale,
            _ => double.PositiveInfinity,
        };

        public void Compare(OrtValue output, int first, int count)
        {
            var found = output.GetTensorTypeAndShape();
            if (found.ElementDataType != Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
                throw new ModelException($"output '{Name}': expected 32-bit floats, found {found.ElementDataType}. Leave it out of {NodesFile}.");
            var sides = found.Shape.Where(side => side != 1);
            var expected = _reference.Shape.Skip(1).Prepend(count).Where(side => side != 1).Select(side => (long)side);
            if (!sides.SequenceEqual(expected))
            {
                throw new ModelException(
                    $"output '{Name}': expected {count} x {NpyFile.Text([.. _reference.Shape.Skip(1)])} by its values, "
                    + $"found [{string.Join(", ", found.Shape)}].");
            }

            var values = output.GetTensorDataAsSpan<float>();
            for (var k = 0; k < count; k++)
            {
                _reference.ReadRow(first + k, _row);
                Compare(values.Slice(k * _row.Length, _row.Length));
            }
        }

        private void Compare(ReadOnlySpan<float> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (float.IsFinite(_row[i]))
                    _scale = Math.Max(_scale, Math.Abs((double)_row[i]));
                var difference = Math.Abs((double)values[i] - _row[i]);
                // Not a number, or infinity on one side only, is as wrong as can be; the same infinity on both is right.
                if (double.IsNaN(difference))
                    difference = values[i].Equals(_row[i]) ? 0 : double.PositiveInfinity;
                _largest = Math.Max(_largest, difference);
            }
        }
    }
}

/// <summary>What a comparison found.</summary>
/// <param name="Nodes">In the order of the list.</param>
/// <param name="Frames">Inputs that were run.</param>
/// <param name="IsBatchOpen">They were run all at once too.</param>
public sealed record GraphDifferences(IReadOnlyList<NodeDifference> Nodes, int Frames, bool IsBatchOpen)
{
    public double RelativeMax => Nodes.Max(node => node.Relative);
}

/// <summary>One node over all runs.</summary>
/// <param name="Name">Of the graph's output.</param>
/// <param name="Shape">Of one frame's value.</param>
/// <param name="Largest">Largest difference, without its sign.</param>
/// <param name="Relative">The same over the largest finite value of the reference; infinite where that is zero or a value is not a number.</param>
public sealed record NodeDifference(string Name, IReadOnlyList<int> Shape, double Largest, double Relative);
