using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests;

/// <summary>What a script or a service file learns from both programs: 0 done, 1 failed, 2 not understood.</summary>
public sealed class ExitCodeTests
{
    private const string Sink = "SocialCredit.Edge.Sink", Edge = "SocialCredit.Edge.Host";

    [Theory]
    [InlineData(Sink, "sink", "--help")]
    [InlineData(Sink, "sink", "score", "--rows", "rows.csv", "--help")]
    [InlineData(Edge, "edge", "--help")]
    [InlineData(Edge, "edge", "run", "--help")]
    public async Task Help_is_no_fault(string project, string program, params string[] arguments)
    {
        var (code, process) = await RunAsync(project, program, arguments);

        Assert.Equal(0, code);
        Assert.NotEmpty(process.Lines);
        Assert.Empty(process.Errors);
    }

    [Theory]
    [InlineData(Sink, "sink")]
    [InlineData(Sink, "sink", "nonsense")]
    [InlineData(Sink, "sink", "score", "--as-of", "tomorrow")]
    [InlineData(Sink, "sink", "score", "--rows", "rows.csv")]
    [InlineData(Sink, "sink", "run", "--nonsense")]
    [InlineData(Edge, "edge")]
    [InlineData(Edge, "edge", "nonsense")]
    [InlineData(Edge, "edge", "bench")]
    [InlineData(Edge, "edge", "bench", "clip.avi", "--rounds", "many")]
    public async Task What_is_not_understood_exits_with_2(string project, string program, params string[] arguments) =>
        await AssertFaultAsync(2, project, program, arguments);

    [Theory]
    [InlineData(Sink, "sink", "run", "--config", "/nowhere/sink.yaml")]
    [InlineData(Sink, "sink", "config", "check", "--config", "/nowhere/sink.yaml")]
    [InlineData(Sink, "sink", "explain", "--rows", "/nowhere/rows.csv", "--policy", "/nowhere/policy.yaml")]
    [InlineData(Edge, "edge", "run", "--config", "/nowhere/edge.yaml")]
    [InlineData(Edge, "edge", "config", "check", "--config", "/nowhere/edge.yaml")]
    [InlineData(Edge, "edge", "bench", "/nowhere/clip.avi")]
    public async Task Bad_input_exits_with_1(string project, string program, params string[] arguments) =>
        await AssertFaultAsync(1, project, program, arguments);

    private static async Task AssertFaultAsync(int code, string project, string program, string[] arguments)
    {
        var (actual, process) = await RunAsync(project, program, arguments);

        Assert.Equal(code, actual);
        Assert.NotEmpty(process.Errors);
        Assert.DoesNotContain(process.Errors, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    private static async Task<(int Code, ChildProcess Process)> RunAsync(string project, string program, string[] arguments)
    {
        await using var process = new ChildProcess(project, program, arguments);
        process.Start();
        return (await process.EndAsync(), process);
    }
}
