using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>
/// A city of one device, as in the field: an RTSP camera, the agent, mosquitto with certificates on both sides and the sink, each a process of
/// its own; between them two ways that can fail, below the agent a disk that can be full.
/// </summary>
internal sealed class ChaosBed : IAsyncDisposable
{
    public const int Zones = 8;

    private static readonly TimeSpan AfterSteps = TimeSpan.FromHours(2.2);

    private const int CopiesMax = 50, LastLines = 40;

    private const string Device = "edge-01";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300), RecoveryMax = TimeSpan.FromMinutes(2);

    private readonly string _folder = TestPaths.NewFolder();

    private ChaosBed()
    {
    }

    public Mosquitto Broker { get; private set; } = null!;

    public ChaosWire Wire { get; private set; } = null!;

    /// <summary>A listener of the broker for the test alone: without certificates, and with every right.</summary>
    public int PlainPort { get; } = FreePort.Take();

    public FaultyLink DeviceLink { get; private set; } = null!;

    public FaultyLink SinkLink { get; private set; } = null!;

    /// <summary>As systemd keeps it: started again whenever it ends.</summary>
    public ChaosProgram Agent { get; private set; } = null!;

    public ChaosProgram Sink { get; private set; } = null!;

    public ChaosCamera Camera { get; private set; } = null!;

    public ChaosClock AgentClock { get; } = new();

    public ChaosClock SinkClock { get; } = new();

    /// <summary>Null where no file system may be mounted here.</summary>
    public SmallDisk? Disk { get; } = SmallDisk.TryMount();

    public string State => Disk?.Folder ?? Path.Combine(_folder, "state");

    /// <summary>The sink's authority, of which only the test makes certificates that are out of date.</summary>
    public string Authority => Path.Combine(_folder, "authority");

    private string SinkFile => Path.Combine(_folder, "sink.yaml");

    private string EdgeFile => Path.Combine(_folder, "edge.yaml");

    public static async Task<ChaosBed> StartAsync()
    {
        var bed = new ChaosBed();
        try
        {
            await bed.PrepareAsync();
            return bed;
        }
        catch
        {
            TestContext.Current.TestOutputHelper?.WriteLine(bed.LastWords());
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every id that the agent said that the outbox took, in all its lives, and every one that the outbox remembers.</summary>
    public HashSet<string> Accepted()
    {
        var said = Agent.Process.Lines.Select(line => Regex.Match(line, @"Closed (\S+:\d+): ")).Where(match => match.Success).Select(match => match.Groups[1].Value);
        return [.. said, .. ReadOutbox("SELECT id FROM drawn").Select(row => (string)row[0])];
    }

    /// <summary>What the sink has: one row for each record it stored, whatever its key.</summary>
    public List<(string Id, byte[] Payload)> Stored() =>
        [.. ReadStore("SELECT zone || ':' || window_index, payload FROM record WHERE disputed = 0")
            .Select(row => ((string)row[0], (byte[])row[1]))];

    public List<string> Quarantined() =>
        [.. ReadStore("SELECT zone || ':' || window_index || ' ' || reason FROM quarantine").Select(row => (string)row[0])];

    /// <summary>Waits without a hand until a record is stored that was made after this; returns how long it took.</summary>
    public async Task<TimeSpan> BreatheAsync()
    {
        var (start, before) = (Stopwatch.GetTimestamp(), Accepted());
        await SlowlyAsync(() => Stored().Exists(row => !before.Contains(row.Id)), "a new record arrives");
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Everything is whole again and nobody touches it: until the outbox is empty and a report of after that is with the sink.</summary>
    /// <returns>What was accepted until then.</returns>
    public async Task<HashSet<string>> HealAsync()
    {
        foreach (var link in (FaultyLink[])[DeviceLink, SinkLink])
            link.Heal();
        Disk?.Empty();
        // Windows of a clock that was two hours ahead are the sink's future until then, and are not yet to be sent by the device.
        SinkClock.Set(AfterSteps);
        // A new life sends all that waits at once, where an old one would be patient.
        await Agent.KillAsync();
        AgentClock.Set(AfterSteps);
        Agent.Start();
        await Agent.LetWorkAsync();
        var last = Accepted();
        await SlowlyAsync(() => ReadOutbox("SELECT id FROM waiting").TrueForAll(row => !last.Contains((string)row[0])), "the outbox is emptied");
        await SlowlyAsync(() => last.Except(Stored().Select(row => row.Id)).Count() <= PublishedLosses(), "what was accepted is stored, or said to be lost");
        return last;
    }

    /// <summary>The longest time in which the store got nothing, by the times that the sink keeps; the last step of its clock is left out.</summary>
    public TimeSpan LongestGap()
    {
        var times = ReadStore("SELECT DISTINCT received_at FROM record ORDER BY received_at").ConvertAll(row => (long)row[0]);
        return TimeSpan.FromMilliseconds(times.Zip(times.Skip(1), (before, after) => after - before).Where(gap => gap < TimeSpan.FromHours(1).TotalMilliseconds).DefaultIfEmpty().Max());
    }

    /// <summary>As the sink serves it, of the device's last report; 0 before there is one.</summary>
    public long PublishedLosses()
    {
        var address = Sink.Process.Lines.Select(line => Regex.Match(line, @"Dashboard: (http://\S+)")).Last(match => match.Success).Groups[1].Value;
        using var client = new HttpClient();
        using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, $"{address}/api/devices/{Device}/health"));
        if (!answer.IsSuccessStatusCode)
            return 0;
        using var document = JsonDocument.Parse(answer.Content.ReadAsStream());
        var report = document.RootElement.GetProperty("report");
        if (report.ValueKind == JsonValueKind.Null)
            return 0;
        // A window that was given up was never accepted, so it excuses nothing.
        var outbox = report.GetProperty("outbox");
        return outbox.GetProperty("dropped").GetInt64() + outbox.GetProperty("lost").GetInt64();
    }

    /// <summary>What lies in the outbox, by zone: how many, from which window to which, how many parked; and the last that the sink has of each zone.</summary>
    public string StillWaiting() => string.Join('\n',
        [
            .. ReadOutbox("SELECT substr(id, 1, 8), count(*), min(id), max(id), count(parked), min(sequence), max(sequence) FROM waiting GROUP BY 1").Select(row => $"waits: {string.Join(' ', row)}"),
            .. ReadStore("SELECT zone, count(*), min(window_index), max(window_index), max(sequence) FROM record GROUP BY 1").Select(row => $"stored: {string.Join(' ', row)}"),
            .. ReadStore("SELECT first, last FROM sequence_range ORDER BY 1 DESC LIMIT 8").Select(row => $"received: {string.Join(' ', row)}"),
            .. Accepted().Except(Stored().Select(row => row.Id)).Select(id => $"missing: {id}, heard of: {Wire.Payloads.ContainsKey(id)}").Order(StringComparer.Ordinal),
            $"published as lost: {PublishedLosses()}",
        ]);

    /// <summary>The last lines of every process, for whoever reads why it failed.</summary>
    public string LastWords() => string.Join('\n', ((string[])["--- broker", .. Broker?.LastWords ?? []]).Concat(new[] { Agent, Sink }.Where(program => program is not null)
        .SelectMany(program => (string[])[$"--- {program.Name}", .. Telling(program.Process.Lines), "--- its errors", .. Telling(program.Process.Errors)])));

    // Not that of each record.
    private static IEnumerable<string> Telling(IEnumerable<string> lines) => lines.Where(line => !Regex.IsMatch(line, @"Closed \S+:\d+|Ok: 0|Off: 0")).TakeLast(LastLines);

    public async ValueTask DisposeAsync()
    {
        Camera?.Dispose();
        foreach (var part in new IAsyncDisposable?[] { Agent, Sink, Wire, DeviceLink, SinkLink, Broker })
        {
            if (part is not null)
                await part.DisposeAsync();
        }

        Disk?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task PrepareAsync()
    {
        Camera = new ChaosCamera();
        var (brokerPort, enrolmentPort) = (FreePort.Take(), FreePort.Take());
        SinkLink = new FaultyLink(brokerPort);
        DeviceLink = new FaultyLink(brokerPort);
        await File.WriteAllTextAsync(Path.Combine(_folder, "policy.yaml"), ChaosText.Policy);
        await File.WriteAllTextAsync(SinkFile, ChaosText.Sink(SinkLink.Port, enrolmentPort));
        await File.WriteAllTextAsync(EdgeFile, ChaosText.Edge(Device, State, Zones, (DeviceLink.Port, Camera.Port)));

        var files = Path.Combine(_folder, "broker");
        await RunAsync("sink", "broker", "files", "--out", files, "--name", "localhost", "--port", $"{brokerPort}",
            "--data", Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName, "--pid-file", Path.Combine(_folder, "mosquitto.pid"), "--config", SinkFile);
        var conf = Path.Combine(files, "mosquitto.conf");
        // It forgets everything when it is killed: that is the harder case.
        var text = (await File.ReadAllTextAsync(conf)).Replace("persistence true", "persistence false", StringComparison.Ordinal);
        await File.WriteAllTextAsync(conf, $"{text}\nlistener {PlainPort} 127.0.0.1\nallow_anonymous true\n");
        Broker = await Mosquitto.StartWrittenAsync(brokerPort, conf);
        Broker.IsKeptUp = true;
        Wire = new ChaosWire(PlainPort);

        Sink = new ChaosProgram("sink", new ChildProcess("SocialCredit.Edge.Sink", "sink", "run", "--config", SinkFile) { Environment = SinkClock.Environment }, "Connected to the broker");
        await Sink.LetWorkAsync();
        await EnrolAsync(enrolmentPort);
        Agent = new ChaosProgram(
            "agent", new ChildProcess("SocialCredit.Edge.Host", "edge", "run", "--config", EdgeFile, "--models", Path.Combine(TestPaths.Root, "models")) { Environment = AgentClock.Environment },
            "Closed ");
        await Agent.LetWorkAsync();
        await Eventually.TrueAsync(() => Stored().Count > Zones, "records arrive");
    }

    private async Task EnrolAsync(int port)
    {
        var zones = Enumerable.Range(0, Zones).Select(ChaosText.ZoneName).ToArray();
        var invited = await RunAsync("sink", ["device", "invite", Device, "--config", SinkFile, "--zone", .. zones]);
        var code = Regex.Match(invited, "Claim code: (\\S+)").Groups[1].Value;
        var enrolling = new ChildProcess("SocialCredit.Edge.Host", "edge", "enrol", "--sink", $"https://localhost:{port}", "--claim", code, "--config", EdgeFile, "--wait-minutes", "10");
        enrolling.Start();
        await Eventually.TrueAsync(async () => (await RunAsync("sink", "device", "list", "--config", SinkFile)).Contains("waits to be approved", StringComparison.Ordinal) || enrolling.HasExited, "the device asks");
        await RunAsync("sink", "device", "approve", Device, "--config", SinkFile);
        Assert.True(await enrolling.EndAsync() == 0, string.Join(" | ", enrolling.Lines.Concat(enrolling.Errors)));
        await enrolling.DisposeAsync();
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        await using var process = new ChildProcess(program == "sink" ? "SocialCredit.Edge.Sink" : "SocialCredit.Edge.Host", program, arguments);
        process.Start();
        var code = await process.EndAsync();
        var said = string.Join('\n', process.Lines.Concat(process.Errors));
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {said}");
        return said;
    }

    private static Task SlowlyAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        async () =>
        {
            await Task.Delay(Look);
            return condition();
        },
        what,
        RecoveryMax);

    private List<object[]> ReadStore(string query) => SqliteRows.Read(Path.Combine(_folder, "sink.db"), query);

    // The agent holds it alone. A copy is read, and taken again where it was taken in the middle of a write.
    private List<object[]> ReadOutbox(string query)
    {
        for (var i = 0; ; i++)
        {
            var folder = TestPaths.NewFolder();
            var copy = Path.Combine(folder, "outbox.db");
            try
            {
                foreach (var suffix in (string[])["", "-wal"])
                {
                    if (File.Exists(Path.Combine(State, "outbox.db" + suffix)))
                        File.Copy(Path.Combine(State, "outbox.db" + suffix), copy + suffix);
                }

                return SqliteRows.Read(copy, query);
            }
            catch (Exception torn) when (i < CopiesMax && torn is SqliteException or IOException)
            {
                // Once more.
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
