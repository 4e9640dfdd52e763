using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Architecture.Tests;

/// <summary>The units of systemd, judged by systemd itself: they are understood, and leave little open.</summary>
public sealed partial class UnitFileTests(ITestOutputHelper output)
{
    private const string Analyze = "/usr/bin/systemd-analyze";
    private const double ExposureMax = 2.0;

    /// <summary>What a year without a visit hangs on.</summary>
    private static readonly string[] Needed =
    [
        "Type=notify", "WatchdogSec=60", "Restart=always", "RestartSec=5", "StartLimitIntervalSec=0", "MemoryMax=1G", "LimitCORE=0", "TasksMax=256",
        "UMask=0077", "StateDirectoryMode=0700", "CapabilityBoundingSet=", "SystemCallFilter=@system-service",
    ];

    [Theory]
    [InlineData("socialcredit-edge.service")]
    [InlineData("socialcredit-sink.service")]
    public async Task Systemd_understands_the_unit_without_a_warning(string name)
    {
        // Verified with a program that is there, since ours is not installed.
        var path = Path.Combine(TestPaths.NewFolder(), name);
        await File.WriteAllTextAsync(path, ExecStart().Replace(Text(name), "ExecStart=/bin/true "));

        var (code, printed) = await RunAsync("verify", path);

        Assert.Equal((0, ""), (code, printed));
    }

    [Theory]
    [InlineData("socialcredit-edge.service")]
    [InlineData("socialcredit-sink.service")]
    public async Task Systemd_finds_little_exposed(string name)
    {
        var (_, printed) = await RunAsync("security", "--offline=yes", "--no-pager", UnitPath(name));

        var overall = Overall().Match(printed);
        Assert.True(overall.Success, printed);
        output.WriteLine($"{name}: exposure {overall.Groups["level"].Value}, allowed {ExposureMax}");
        Assert.InRange(double.Parse(overall.Groups["level"].Value, CultureInfo.InvariantCulture), 0, ExposureMax);
    }

    [Theory]
    [InlineData("socialcredit-edge.service")]
    [InlineData("socialcredit-sink.service")]
    public void The_unit_starts_again_watches_over_and_limits(string name) => Assert.Subset(Text(name).Split('\n').ToHashSet(), Needed.ToHashSet());

    [Fact]
    public void The_decoder_of_a_camera_can_be_started_under_the_filter() =>
        Assert.True(Text("socialcredit-edge.service").IndexOf("SystemCallFilter=capset", StringComparison.Ordinal)
            > Text("socialcredit-edge.service").IndexOf("SystemCallFilter=~@privileged", StringComparison.Ordinal));

    [Fact]
    public async Task A_planted_unit_without_walls_is_seen()
    {
        var path = Path.Combine(TestPaths.NewFolder(), "planted.service");
        await File.WriteAllTextAsync(path, "[Service]\nExecStart=/bin/true\nProtectSytem=strict\n");

        var (_, verified) = await RunAsync("verify", path);
        var (_, judged) = await RunAsync("security", "--offline=yes", "--no-pager", path);

        Assert.Contains("ProtectSytem", verified);
        Assert.True(double.Parse(Overall().Match(judged).Groups["level"].Value, CultureInfo.InvariantCulture) > ExposureMax);
    }

    private static string UnitPath(string name) => Path.Combine(TestPaths.Root, "deploy", "systemd", name);

    private static string Text(string name) => File.ReadAllText(UnitPath(name));

    private static async Task<(int Code, string Printed)> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Analyze), "needs systemd-analyze: apt-get install systemd");
        using var process = Process.Start(new ProcessStartInfo(Analyze, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    [GeneratedRegex(@"^ExecStart=\S+ ", RegexOptions.Multiline, 1000)]
    private static partial Regex ExecStart();

    [GeneratedRegex(@"Overall exposure level for \S+: (?<level>[\d.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Overall();
}
