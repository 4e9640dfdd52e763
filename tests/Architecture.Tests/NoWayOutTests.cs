using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Architecture.Tests;

/// <summary>
/// Where pixels and tracks are, there is no way out: no project of theirs knows Forwarding, a sink of logs or a store, and their
/// source names files, processes and the network only in the places of the table.
/// </summary>
public sealed partial class NoWayOutTests
{
    private static readonly string[] Rooms = ["agent/Domain", "agent/Capture", "agent/Inference", "agent/Tracking", "agent/Behaviour", "agent/Anonymisation"];

    /// <summary>What each file names of the outside, and what for. An entry that is no longer true is red as well.</summary>
    private static readonly Dictionary<string, string> Places = new()
    {
        ["agent/Capture/Camera.cs ILogger"] = "says how the camera is, never what it sees: see LogTests",
        ["agent/Capture/PictureFile.cs Directory"] = "lists a folder of pictures that is the source",
        ["agent/Capture/PictureFile.cs File"] = "the same: whether one is still there",
        ["agent/Capture/SourceAddress.cs Directory"] = "whether a path is a folder or a file",
        ["agent/Capture/Sources/DecoderLog.cs TextReader"] = "reads the decoder's errors",
        ["agent/Capture/Sources/DecoderProcess.cs File"] = "finds the decoder's program",
        ["agent/Capture/Sources/DecoderProcess.cs Process"] = "starts the decoder",
        ["agent/Capture/Sources/DecoderProcess.cs Stream"] = "reads the decoder's pictures",
        ["agent/Capture/Sources/DecoderVersion.cs Stream"] = "asks the decoder what it can",
        ["agent/Capture/Sources/ImageFolderSource.cs Directory"] = "whether the source is there",
        ["agent/Capture/Sources/PixmapReader.cs Stream"] = "reads the decoder's pictures",
        ["agent/Capture/Sources/UsbSource.cs File"] = "whether the device can be opened",
        ["agent/Capture/Sources/VideoFileSource.cs FileInfo"] = "whether the source is there",
        ["agent/Inference/DetectorBench.cs File"] = "whether a clip is there",
        ["agent/Inference/Evaluation/GraphComparison.cs File"] = "reads an exported graph's list of nodes",
        ["agent/Inference/Evaluation/NpyFile.cs File"] = "reads an exporter's values",
        ["agent/Inference/Evaluation/NpyFile.cs FileStream"] = "the same",
        ["agent/Inference/ModelDownload.cs Directory"] = "edge models pull: makes the cache",
        ["agent/Inference/ModelDownload.cs File"] = "edge models pull: puts what was checked into its place",
        ["agent/Inference/ModelDownload.cs FileStream"] = "edge models pull: writes weights that were fetched",
        ["agent/Inference/ModelDownload.cs HttpClient"] = "edge models pull: fetches weights",
        ["agent/Inference/ModelManifest.cs File"] = "a property: the name of the weights' file",
        ["agent/Inference/ModelStore.cs Directory"] = "looks for models",
        ["agent/Inference/ModelStore.cs DirectoryInfo"] = "the same",
        ["agent/Inference/ModelStore.cs File"] = "reads weights to check them",
        ["agent/Inference/ModelStore.cs FileInfo"] = "their size",
    };

    /// <summary>The one file that writes: weights from the network, checked against their hash.</summary>
    private static readonly string[] Writers = ["agent/Inference/ModelDownload.cs"];

    [Fact]
    public void The_projects_of_pixels_and_tracks_know_no_way_out()
    {
        string[] ways = ["Forwarding", "Sink", "Host", "Serilog", "Serilog.Sinks.Console", "Serilog.Extensions.Logging", "Operation", "MQTTnet", "Microsoft.Data.Sqlite"];
        foreach (var project in Project.ReadAll().Where(project => Rooms.Contains($"agent/{project.Name}")))
            Assert.Empty(project.References.Concat(project.Packages).Intersect(ways));
    }

    [Fact]
    public void They_name_the_outside_only_in_the_places_of_the_table() =>
        Assert.Equal(Places.Keys.Order(StringComparer.Ordinal), Names(SourceFile.Below(Rooms), Outside()).Order(StringComparer.Ordinal));

    [Fact]
    public void They_write_nothing_but_weights_that_were_fetched() =>
        Assert.Equal(Writers, SourceFile.Below(Rooms).Where(file => Code(file.Text).Any(line => Writing().IsMatch(line))).Select(file => file.Path));

    [Fact]
    public void Nothing_in_the_agent_logs_but_by_a_declared_line() =>
        Assert.Empty(SourceFile.Below("agent").SelectMany(file => file.Find(FreeLogging())));

    [Fact]
    public void A_message_leaves_forwarding_in_three_lines()
    {
        var sends = SourceFile.Below("agent")
            .SelectMany(file => Code(file.Text).Where(line => Sending().IsMatch(line)).Select(line => $"{file.Path}: {line.Trim()}"));

        Assert.Equal(
            [
                "agent/Forwarding/BrokerConnection.cs: await _client.PublishAsync(State(\"offline\"), timeout.Token);",
                "agent/Forwarding/BrokerConnection.cs: await _client.PublishAsync(State(\"online\"), timeout.Token);",
                "agent/Forwarding/BrokerConnection.cs: var answer = await _client.PublishAsync(message, timeout.Token);",
            ],
            sends.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("using var file = new StreamWriter(path);", "StreamWriter")]
    [InlineData("System.IO.File.WriteAllBytes(path, frame.Pixels);", "File")]
    [InlineData("Console.WriteLine(track.Box);", "Console")]
    [InlineData("Serilog.Log.Information(\"{Box}\", box);", "Serilog")]
    [InlineData("using var client = new UdpClient();", "UdpClient")]
    [InlineData("var map = MemoryMappedFile.CreateNew(null, 1);", "MemoryMappedFile")]
    public void A_planted_breach_is_seen(string line, string name) =>
        Assert.Equal([$"agent/Tracking/Planted.cs {name}"], Names([new("agent/Tracking/Planted.cs", line)], Outside()));

    [Theory]
    [InlineData("File.WriteAllBytes(path, frame.Pixels);", true)]
    [InlineData("using var file = File.Create(path);", true)]
    [InlineData("new FileStream(path, FileMode.Create)", true)]
    [InlineData("using var file = File.OpenRead(path);", false)]
    public void A_planted_writer_is_seen(string line, bool isSeen) => Assert.Equal(isSeen, Writing().IsMatch(line));

    [Theory]
    [InlineData("log.LogInformation(\"Saw {Box}\", box);")]
    [InlineData("_log.Log(LogLevel.Debug, text);")]
    public void A_planted_free_log_line_is_seen(string line) => Assert.Matches(FreeLogging(), line);

    private static IEnumerable<string> Names(IEnumerable<SourceFile> files, Regex pattern) =>
        files.SelectMany(file => Code(file.Text).SelectMany(line => pattern.Matches(line)).Select(match => $"{file.Path} {match.Value}")).Distinct();

    private static IEnumerable<string> Code(string text) => text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));

    [GeneratedRegex(@"((?<![\w.])|(?<=System\.IO\.))(File|Directory|FileInfo|DirectoryInfo|FileStream|Stream|StreamWriter|StreamReader|BinaryWriter|TextWriter|TextReader|MemoryMappedFile|SafeFileHandle|RandomAccess|Console|Serilog|ILogger|Process|Socket|TcpClient|UdpClient|HttpClient)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Outside();

    [GeneratedRegex(@"FileMode\.(Create|CreateNew|OpenOrCreate|Append|Truncate)|\bFile\.(Write|Append|Create|OpenWrite|Move|Copy|Replace)\w*\(|\b(Stream|Binary|Text)Writer\b|\bMemoryMappedFile\b|\bRandomAccess\.Write", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Writing();

    [GeneratedRegex(@"\b_?log(ger)?\.Log\w*\(", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FreeLogging();

    [GeneratedRegex(@"client\.Publish\w*\(", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Sending();
}
