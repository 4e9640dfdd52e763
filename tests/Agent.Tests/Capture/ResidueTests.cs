using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Agent.Tests.Host;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>What the whole agent leaves behind: no image of its memory, no picture, no box; of open windows only their totals, in RAM.</summary>
[Collection(WholeChain.Name)]
public sealed class ResidueTests(ITestOutputHelper output)
{
    private const string SharedMemory = "/dev/shm";

    private static readonly string[] WithCores = ["prlimit", "--core=unlimited:unlimited"];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("SEGV")]
    [InlineData("ABRT")]
    public async Task A_crash_leaves_no_image_of_the_memory(string signal)
    {
        await SkipWithoutCoresAsync();
        using var agent = new RunningAgent(WithCores, Playing());
        await Eventually.TrueAsync(() => IsWatching(agent), "it watches", Limit);
        Assert.Matches(@"Max core file size\s+0\s+0\s", File.ReadAllText($"/proc/{agent.Id}/limits"));

        await SignalAsync(agent.Id, signal);
        await Eventually.TrueAsync(() => agent.HasExited, "it crashed", Limit);

        Assert.DoesNotContain(Residue.FilesIn(agent.Folder), IsCore);
        Assert.Empty(Residue.Find(Residue.FilesIn(agent.Folder)));
    }

    [Theory]
    [InlineData("DOTNET_DbgEnableMiniDump=1")]
    [InlineData("COMPlus_DbgEnableMiniDump=1")]
    public async Task A_runtime_that_is_told_to_write_its_memory_at_a_crash_is_not_started(string variable)
    {
        var (code, printed) = await EdgeProgram.RunUnderAsync(["/usr/bin/env", variable], TestPaths.NewFolder(), "run", "--config", "/nowhere.yaml");

        Assert.Equal(1, code);
        Assert.Contains($"{variable[..^2]} asks for an image of the memory", printed);
    }

    [Fact]
    public async Task No_open_file_and_after_a_kill_no_file_at_all_holds_a_picture_or_a_box()
    {
        var before = Residue.FilesIn(SharedMemory).ToHashSet();
        await using var broker = await EmbeddedBroker.StartAsync();
        using var agent = new RunningAgent([], Playing(broker.Port));
        await Eventually.TrueAsync(() => IsWatching(agent) && broker.Events.Length > 0, "it watches and a window has closed", Limit);

        var open = Writable(agent.Id).ToList();
        foreach (var (name, bytes) in open)
            Assert.True(Residue.Find(bytes) is null, $"{name}: {Residue.Find(bytes)}");
        var shared = SharedMappings(agent.Id);
        agent.Kill();

        output.WriteLine($"open for writing: {string.Join(", ", open.Select(file => Path.GetFileName(file.Name)))}; shared with a file: {string.Join(", ", shared.Select(Path.GetFileName))}");
        Assert.Contains(open, file => file.Name.EndsWith("outbox.db", StringComparison.Ordinal));
        Assert.All(shared, name => Assert.True(name.EndsWith("outbox.db-shm", StringComparison.Ordinal) || IsOfRuntime(name), name));
        Assert.NotEmpty(Residue.FilesIn(Path.Combine(agent.Folder, "state")));
        Assert.Empty(Residue.Find(Residue.FilesIn(agent.Folder).Concat(Residue.FilesIn(SharedMemory).Except(before))));
    }

    [Fact]
    public async Task The_checkpoint_of_a_killed_agent_is_its_users_alone_in_RAM_and_holds_only_totals()
    {
        using var server = new RtspServer();
        var device = $"residue-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
        using var agent = new RunningAgent([], RunningAgent.Configuration(FreePort.Take(), server.Address)
            .Replace("profile: demo", "profile: standard", StringComparison.Ordinal)
            .Replace("windowSeconds: 5", "windowSeconds: 3600\n        place: crossing", StringComparison.Ordinal)
            .Replace("device: device-1", $"device: {device}", StringComparison.Ordinal));
        var path = Path.Combine(SharedMemory, $"socialcredit-edge-{Environment.UserName}", $"{device}.camera-0.json");
        await Eventually.TrueAsync(() => IsWatching(agent) && File.Exists(path), "it watches and has saved its windows", Limit);

        agent.Kill();

        var bytes = File.ReadAllBytes(path);
        var mode = File.GetUnixFileMode(path);
        File.Delete(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        Assert.Equal("tmpfs", new DriveInfo(SharedMemory).DriveFormat);
        using var checkpoint = JsonDocument.Parse(bytes);
        Assert.Equal(["BootId", "Version", "Windows"], Keys(checkpoint.RootElement));
        var window = Assert.Single(checkpoint.RootElement.GetProperty("Windows").EnumerateArray());
        Assert.Equal(["Behaviours", "Counts", "IsLost", "Passages", "Seconds", "Start", "Watched", "Zone"], Keys(window));
        Assert.Equal("""["stop_keep_clear"]""", window.GetProperty("Behaviours").GetRawText());
        Assert.Equal(1, window.GetProperty("Counts").GetArrayLength());
        Assert.InRange(bytes.Length, 100, 400);
        Assert.Empty(Residue.Find(Residue.FilesIn(agent.Folder)));
    }

    [Theory]
    [InlineData("0017 12,7, 101.5, 220, 14.0, 40.25, 0.9\n")]
    [InlineData("{\"track\": 7}")]
    [InlineData("left;top 12;13;44;80")]
    [InlineData("\u0001\u0002\u00FF\u00D8\u00FF\u00E0")]
    public void A_picture_or_a_box_inside_of_another_file_is_found(string planted)
    {
        var folder = TestPaths.NewFolder();
        var file = Path.Combine(folder, "outbox.db");
        File.WriteAllBytes(file, [.. Encoding.Latin1.GetBytes(planted), .. new byte[40]]);

        Assert.Single(Residue.Find(Residue.FilesIn(folder)));
        File.WriteAllText(file, TestPaths.Root + """{"v":1,"passages":3,"counts":{"wrong_way":1}} 2026-11-22T09:00:00Z 12""");
        Assert.Empty(Residue.Find(Residue.FilesIn(folder)));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A clip at its own speed and again and again, so that there are always frames in the memory.</summary>
    private static string Playing(int brokerPort = 1) => RunningAgent.Configuration(brokerPort, TestPaths.VtestClip())
        .Replace("    framesPerSecond: 5", "    paced: true\n    loop: true", StringComparison.Ordinal)
        .Replace("windowSeconds: 5", "windowSeconds: 2", StringComparison.Ordinal);

    private static bool IsWatching(RunningAgent agent)
    {
        Assert.False(agent.HasExited, string.Join('\n', agent.Lines));
        return agent.Lines.Any(line => line.Contains("Camera camera-0 became Online", StringComparison.Ordinal));
    }

    /// <summary>Regular files that the process has open for writing, deleted ones and those in RAM too, with what they hold.</summary>
    private static IEnumerable<(string Name, byte[] Bytes)> Writable(int process)
    {
        const string folder = "/proc/self";
        Assert.SkipUnless(Directory.Exists(folder), "needs /proc");
        foreach (var descriptor in new DirectoryInfo($"/proc/{process}/fd").EnumerateFileSystemInfos())
        {
            var name = descriptor.LinkTarget ?? "";
            var flags = File.ReadLines($"/proc/{process}/fdinfo/{descriptor.Name}").First(line => line.StartsWith("flags:", StringComparison.Ordinal));
            // The last octal digit: 0 is for reading only, open(2).
            var isWritable = (flags[^1] - '0' & 3) != 0;
            var isFile = name.StartsWith('/') && !name.StartsWith("/dev/", StringComparison.Ordinal) && !name.StartsWith("/proc/", StringComparison.Ordinal);
            if (isWritable && isFile && !IsOfRuntime(name))
                yield return (name, IsEmptyLock(name) ? [] : File.ReadAllBytes(descriptor.FullName));
        }
    }

    /// <summary>It is held, so .NET would not open it; and there is nothing in it to read.</summary>
    private static bool IsEmptyLock(string name) => name.EndsWith("outbox.db.lock", StringComparison.Ordinal) && new FileInfo(name).Length == 0;

    /// <summary>.NET keeps compiled code in a file in RAM that it maps twice, once to write and once to run; no data of ours is in it.</summary>
    private static bool IsOfRuntime(string name) => name.StartsWith("/memfd:doublemapper", StringComparison.Ordinal) || name.StartsWith("/memfd:dotnet_ipc", StringComparison.Ordinal);

    private static string[] SharedMappings(int process) =>
        [.. File.ReadLines($"/proc/{process}/maps").Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length == 6 && words[1].Contains('w') && words[1].EndsWith('s')).Select(words => words[5]).Distinct()];

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);

    private static bool IsCore(string file) => Path.GetFileName(file).StartsWith("core", StringComparison.Ordinal);

    private static async Task SignalAsync(int process, string signal)
    {
        // The runtime lets the first one pass, which comes from outside, and only takes its own handler away.
        using var kill = Process.Start("/bin/bash", ["-c", $"while kill -{signal} {process.ToString(CultureInfo.InvariantCulture)} 2>/dev/null; do sleep 0.2; done"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Where no program leaves one, that ours leaves none shows nothing.</summary>
    private static async Task SkipWithoutCoresAsync()
    {
        var folder = TestPaths.NewFolder();
        var start = new ProcessStartInfo("/usr/bin/prlimit", ["--core=unlimited:unlimited", "/bin/bash", "-c", "kill -SEGV $$"]) { WorkingDirectory = folder, UseShellExecute = false };
        using var crash = Process.Start(start)!;
        await crash.WaitForExitAsync(TestContext.Current.CancellationToken);
        var hasCore = Residue.FilesIn(folder).Any(IsCore);
        Directory.Delete(folder, recursive: true);
        Assert.SkipUnless(hasCore, "needs a machine on which a crash leaves a core file beside the program: see /proc/sys/kernel/core_pattern and prlimit --core");
    }
}
