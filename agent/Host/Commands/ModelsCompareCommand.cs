using System.CommandLine;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Inference.Evaluation;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge models compare</c>: whether an exported graph computes what it was exported from.</summary>
internal static class ModelsCompareCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "What the exporter wrote: graph.onnx, inputs.npy, nodes.txt, 0000.npy, ..." };
        var tolerance = new Option<double>("--tolerance")
        {
            Description = "Largest difference that is allowed, relative to a node's largest value.",
            DefaultValueFactory = _ => 1e-3,
        };
        tolerance.Validators.Add(result =>
        {
            if (!(result.GetValue(tolerance) >= 0))
                result.AddError("--tolerance must be 0 or more.");
        });
        var plain = new Option<bool>("--plain") { Description = "Without the optimisation of the graph that the agent uses." };
        var command = new Command("compare", """
            Runs an exported graph in ONNX Runtime and holds every node's value against those that the exporter wrote; each input
            alone and, where the batch is open, all at once too. Prints each node's name, shape, largest difference, and that over
            the largest value of the reference. Ends with 1 where the last is more than the tolerance.

            Example:
              edge models compare exported/ --tolerance 1e-4
            """)
        { folder, tolerance, plain };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder), (parsed.GetValue(tolerance), parsed.GetValue(plain)), parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(string folder, (double Tolerance, bool IsPlain) how, InvocationConfiguration console)
    {
        try
        {
            if (!Directory.Exists(folder))
                throw new DirectoryNotFoundException($"{folder}: there is no such folder. Name one that the exporter wrote.");
            var runs = 0;
            using var progress = new Progress(TimeProvider.System, () => $"{runs} inputs", console.Error);
            var found = GraphComparison.Compare(folder, how.IsPlain, new Count(done => runs = done));
            return Print(found, how.Tolerance, console);
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException or ModelException)
        {
            console.Error.WriteLine(unusable.Message);
            return 1;
        }
    }

    private static int Print(GraphDifferences found, double tolerance, InvocationConfiguration console)
    {
        var width = found.Nodes.Max(node => node.Name.Length);
        foreach (var node in found.Nodes)
        {
            var shape = $"[{string.Join(", ", node.Shape)}]";
            console.Output.WriteLine($"{node.Name.PadRight(width)}  {shape,-18}  {node.Largest,9:0.00e+00}  {node.Relative,9:0.00e+00}");
        }

        var batch = found.IsBatchOpen ? ", one by one and all at once" : "";
        console.Output.WriteLine(
            $"{found.Nodes.Count} nodes, {found.Frames} frames{batch}: largest relative difference {found.RelativeMax:0.00e+00}");
        var over = found.Nodes.Where(node => node.Relative > tolerance).Select(node => node.Name).ToList();
        if (over.Count == 0)
            return 0;
        console.Error.WriteLine(
            $"{over.Count} of {found.Nodes.Count} nodes differ by more than {tolerance}, the first at {over[0]}: {string.Join(", ", over)}");
        return 1;
    }

    private sealed class Count(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}
