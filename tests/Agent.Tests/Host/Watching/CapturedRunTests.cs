using System.Text.RegularExpressions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Watching;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Watching;

/// <summary>A clip is played by the real program and everything that it sends or writes is captured from outside.</summary>
[Collection(WholeChain.Name)]
public sealed partial class CapturedRunTests(CapturedRun run, ITestOutputHelper output) : IClassFixture<CapturedRun>
{
    private const string PlantedCall =
        """7 connect(9, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("\x31\x39\x32\x2e\x30\x2e\x32\x2e\x37")}, 16) = 0""";

    [Fact]
    public void No_host_but_the_broker_is_spoken_to()
    {
        Assert.SkipWhen(run.NoCalls is not null, run.NoCalls ?? "");

        output.WriteLine($"spoken to: {string.Join(", ", run.Calls.Partners)}; {run.Records} records");
        Assert.InRange(run.Records, 2, 3);
        Assert.Equal([$"127.0.0.1:{run.BrokerPort}"], run.Calls.Partners);
        Assert.Contains("192.0.2.7:443", new SystemCalls([.. run.Calls.Lines, PlantedCall]).Partners);
    }

    [Fact]
    public void No_picture_is_in_what_went_out()
    {
        Assert.SkipWhen(run.NoCalls is not null, run.NoCalls ?? "");
        var sent = run.Calls.Sent();

        Assert.True(sent.Length > 2 * 600);
        Assert.Null(PictureSearch.Find(sent));
        Assert.All(run.Streams ?? [], stream => Assert.Null(PictureSearch.Find(stream)));
    }

    [Fact]
    public async Task Every_byte_on_the_wire_is_explained()
    {
        Assert.SkipWhen(run.NoCalls is not null, run.NoCalls ?? "");
        Assert.SkipWhen(run.NoCapture is not null, run.NoCapture ?? "");
        var own = new OwnTraffic(AgentConfiguration.Load(Path.Combine(run.Folder, "edge.yaml"), out _)!.Options);
        var known = await KnownPartners.OfAsync(AgentConfiguration.Load(Path.Combine(run.Folder, "edge.yaml"), out _)!);

        // The test's own sink is a client of that broker too; the device's connection is the one that publishes.
        var stream = Assert.Single(run.Streams!, stream => Packets(stream).Any(packet => packet[0] == 0x32));
        var packets = Packets(stream).ToList();

        Assert.Equal(run.Calls.Sent(), stream);
        Assert.Equal(stream.Length, packets.Sum(packet => packet.Length));
        Assert.DoesNotContain(packets.SelectMany(packet => PacketExplanation.Of(packet, own)), range => !range.IsExplained);
        using var text = new StringWriter();
        new WatchReport([.. packets.Select(packet => new SentPacket(DateTimeOffset.UnixEpoch, packet))], own, [], known).WriteSummary(text);
        output.WriteLine(text.ToString().TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public void No_file_is_written_but_the_records()
    {
        Assert.SkipWhen(run.NoCalls is not null, run.NoCalls ?? "");

        output.WriteLine($"written: {string.Join(", ", run.Calls.Written)}");
        Assert.Contains(Path.Combine(run.Folder, "edge", "outbox.db"), run.Calls.Written);
        Assert.DoesNotContain(run.Calls.Written, path => !Permitted(run.Folder).IsMatch(path));
        Assert.DoesNotMatch(Permitted(run.Folder), Path.Combine(run.Folder, "frame.jpg"));
        Assert.DoesNotMatch(Permitted(run.Folder), "/dev/shm/frames");
    }

    [Theory]
    [InlineData("JPEG", new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 74, 70, 73, 70 })]
    [InlineData("PNG", new byte[] { 0x89, 80, 78, 71, 13, 10 })]
    [InlineData("BMP", new byte[] { 66, 77, 1, 2, 3, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0 })]
    [InlineData("pixmap", new byte[] { 80, 54, 10, 51, 50, 48 })]
    [InlineData("RIFF", new byte[] { 82, 73, 70, 70, 1, 2, 3, 4, 87, 69, 66, 80 })]
    [InlineData("video", new byte[] { 0, 0, 0, 1, 0x67, 0x42 })]
    public void A_picture_between_other_bytes_is_found(string format, byte[] start)
    {
        byte[] bytes = [.. EventRecordJson.Encode(Forwarding.Records.Of(1), 448), .. start, .. new byte[40]];

        Assert.StartsWith(format, PictureSearch.Find(bytes));
        Assert.Null(PictureSearch.Find(bytes.AsSpan(0, 448)));
    }

    /// <summary>The outbox of SQLite, its lock, its tally and its probe for room; the device's key and manifests; the configuration that it tried; what the runtime keeps in RAM for its compiled code; the names of threads; no more.</summary>
    private static Regex Permitted(string folder) =>
        new($"^({Regex.Escape(folder)}/edge/(configurations/(history\\.json|1\\.(edge|policy)\\.yaml)(\\.\\d+-\\d+\\.new)?|outbox\\.db(\\.lock|\\.tally|\\.room|-wal|-shm|-journal)?|(device-key\\.pem|manifests\\.jsonl)(\\.new)?)|/proc/self/task/\\d+/comm|/dev/null|doublemapper|dotnet_ipc_created|/dev/shm/sem\\.clr.*)$",
            RegexOptions.None, TimeSpan.FromSeconds(1));

    private static IEnumerable<byte[]> Packets(byte[] stream)
    {
        for (var at = 0; at < stream.Length;)
        {
            var head = 1 + MqttCursor.VariableLength(stream.AsSpan(at + 1), out var length);
            yield return stream[at..(at + head + length)];
            at += head + length;
        }
    }
}
