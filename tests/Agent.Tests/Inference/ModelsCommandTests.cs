using System.Diagnostics;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Inference;

public sealed class ModelsCommandTests
{
    private readonly string _home = TestPaths.NewFolder();
    private readonly string _models = TestPaths.NewFolder();

    [Fact]
    public async Task List_shows_what_is_there_and_what_is_missing()
    {
        var (code, output, error) = await RunAsync("list", "--models", WriteModel());

        Assert.Equal((0, ""), (code, error));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^MODEL +HEAD +INPUT +LICENCE +WEIGHTS$", lines[0]);
        Assert.Contains(lines, line => line.EndsWith(Path.Combine(_models, "small", "small.onnx"), StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("missing: edge models pull yolox-nano", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_is_content_with_a_good_model()
    {
        var (code, output, error) = await RunAsync("verify", "small", "--models", WriteModel());

        Assert.Equal((0, $"small: {Path.Combine(_models, "small", "small.onnx")} is what it should be.\n", ""), (code, output, error));
    }

    [Fact]
    public async Task Verify_fails_with_one_line_for_a_bad_model()
    {
        WriteModel();
        File.AppendAllText(Path.Combine(_models, "small", "small.onnx"), "!");

        var (code, output, error) = await RunAsync("verify", "small", "--models", _models);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"{Path.Combine(_models, "small", "small.onnx")}: expected sha256 ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Bench_puts_the_model_alone_and_the_whole_side_by_side()
    {
        var (code, output, _) = await RunAsync("bench", "small", "--models", WriteModel());

        Assert.Equal(0, code);
        Assert.Matches(@"ONNX Runtime alone +[\d.]+ ms a frame", output);
        Assert.Matches(@"whole detector +[\d.]+ ms a frame", output);
    }

    [Fact]
    public async Task Bench_holds_several_models_against_the_one_that_is_named()
    {
        WriteModel("other");

        var (code, output, error) = await RunAsync(
            "bench", "small", "--model", "other", "--model", "small", "--against", "other", "--models", WriteModel());

        Assert.Equal(0, code);
        Assert.Matches(@"\nsmall\n +ONNX Runtime alone .* [\d.]+ of other's time, [\d.]+ times as fast\n", output);
        Assert.Matches(@"\nother\n +ONNX Runtime alone .* frames a second\n", output);
        Assert.Equal(7, error.Split("… round").Length - 1);
    }

    [Theory]
    [InlineData("bench")]
    [InlineData("bench", "small", "--against", "other")]
    public async Task Bench_without_a_model_or_against_an_absent_one_is_a_usage_fault(params string[] arguments) =>
        Assert.Equal(2, (await RunAsync(arguments)).Code);

    [Fact]
    public async Task Bench_names_a_clip_that_cannot_be_read()
    {
        var notVideo = Path.Combine(_models, "notes.txt");
        File.WriteAllText(notVideo, "no video");

        var (code, _, error) = await RunAsync("bench", "small", "--models", WriteModel(), "--clip", notVideo);

        Assert.Equal(1, code);
        Assert.EndsWith($"{notVideo}: no frame of it can be read. Give a video file.\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loading_a_model_leaves_no_device_id_and_no_queue_of_reports_behind()
    {
        await RunAsync("verify", "small", "--models", WriteModel());

        Assert.Empty(Directory.GetFiles(_home, "*", SearchOption.AllDirectories));
    }

    private string WriteModel(string name = "small")
    {
        TestModels.WriteFolder(_models, name);
        return _models;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "edge.dll"), "models", .. arguments])
            start.ArgumentList.Add(argument);
        start.Environment["HOME"] = _home;
        start.Environment["XDG_CACHE_HOME"] = _home;
        start.Environment["DOTNET_CLI_HOME"] = _home;
        start.Environment.Remove("SCE_MODELS");
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
