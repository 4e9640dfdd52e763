using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Agent.Tests.Inference.Evaluation;
using SocialCredit.Edge.Host.Commands;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

public sealed class ModelsCompareCommandTests
{
    private static readonly float[] First = [.. Enumerable.Range(0, 12).Select(i => i - 6f)];
    private static readonly float[] Second = [.. Enumerable.Range(0, 12).Select(i => 20f - i)];

    private readonly string _folder = TestPaths.NewFolder();

    [Theory]
    [InlineData(1, "2 nodes, 2 frames: largest relative difference 0.00e+00")]
    [InlineData(-1, "2 nodes, 2 frames, one by one and all at once: largest relative difference 0.00e+00")]
    public void A_graph_that_computes_the_same_is_accepted(long batch, string last)
    {
        Export(batch, value => Math.Max(0, value), value => -Math.Max(0, value));

        var (code, output, error) = Run(_folder);

        Assert.Equal((0, ""), (code, error));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"^stem/relu +\[3, 2, 2\] +0.00e\+00 +0.00e\+00$", lines[0]);
        Assert.Equal(last, lines[^1]);
    }

    [Fact]
    public void The_node_that_differs_is_named_and_the_difference_is_relative_to_its_largest_value()
    {
        // The largest value of the reference is 20.5, one number is off by half.
        Export(-1, value => Math.Max(0, value), value => value == 20 ? -20.5f : -Math.Max(0, value));

        var (code, output, error) = Run(_folder, "--tolerance", "0.02");

        Assert.Equal(1, code);
        Assert.Equal("1 of 2 nodes differ by more than 0.02, the first at head: head\n", error);
        Assert.Contains("largest relative difference 2.44e-02", output, StringComparison.Ordinal);
        Assert.Equal(0, Run(_folder, "--tolerance", "0.03").Code);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_reference_that_is_no_finite_number_where_the_graph_has_one_is_beyond_every_tolerance(float reference)
    {
        Export(1, value => Math.Max(0, value), value => value == 20 ? reference : -Math.Max(0, value));

        Assert.Equal(1, Run(_folder, "--tolerance", "1000", "--plain").Code);
    }

    [Fact]
    public void A_graph_that_computes_what_is_not_a_number_is_beyond_every_tolerance_unless_the_reference_is_none_too()
    {
        Export(1, MathF.Sqrt, value => -MathF.Sqrt(value), "Sqrt");
        Assert.Equal(0, Run(_folder).Code);

        Export(1, value => MathF.Sqrt(Math.Abs(value)), value => -MathF.Sqrt(value), "Sqrt");
        Assert.Equal(1, Run(_folder, "--tolerance", "1000").Code);
    }

    [Fact]
    public void A_node_that_the_graph_has_not_is_named()
    {
        Export(1, value => value, value => value);
        File.WriteAllText(Path.Combine(_folder, "nodes.txt"), "stem/relu\nneck\n");

        Assert.Contains("graph.onnx: has no output neck.", Run(_folder).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_another_shape_are_refused()
    {
        Export(1, value => value, value => value);
        NpyArray.Write(Path.Combine(_folder, "0001.npy"), [2, 12], [.. First, .. Second]);

        Assert.Contains("output 'head': expected 1 x [12] by its values, found [1, 3, 2, 2]", Run(_folder).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("graph.onnx")]
    [InlineData("inputs.npy")]
    [InlineData("nodes.txt")]
    [InlineData("0001.npy")]
    public void A_missing_file_is_named(string file)
    {
        Export(1, value => value, value => value);
        File.Delete(Path.Combine(_folder, file));

        var (code, _, error) = Run(_folder);

        Assert.Equal(1, code);
        Assert.StartsWith($"{Path.Combine(_folder, file)}: there is no such file.", error, StringComparison.Ordinal);
    }

    private void Export(long batch, Func<float, float> stem, Func<float, float> head, string stemOperator = "Relu")
    {
        OnnxFile.WriteChain(Path.Combine(_folder, "graph.onnx"), new("images", OnnxFile.Float, [batch, 3, 2, 2]), (stemOperator, "stem/relu"), ("Neg", "head"));
        File.WriteAllText(Path.Combine(_folder, "nodes.txt"), "stem/relu\nhead\n");
        float[] inputs = [.. First, .. Second];
        NpyArray.Write(Path.Combine(_folder, "inputs.npy"), [2, 3, 2, 2], inputs);
        NpyArray.Write(Path.Combine(_folder, "0000.npy"), [2, 3, 2, 2], [.. inputs.Select(stem)]);
        NpyArray.Write(Path.Combine(_folder, "0001.npy"), [2, 3, 2, 2], [.. inputs.Select(head)]);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments) => CommandRun.Of(ModelsCompareCommand.Create(), arguments);
}
