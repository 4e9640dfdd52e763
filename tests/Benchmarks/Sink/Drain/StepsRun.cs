using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>
/// What each step of the ingestion costs by itself, in processor time of this process: what other programs do meanwhile makes it slower but
/// hardly dearer. A database server's own time is not in it.
/// </summary>
internal static class StepsRun
{
    private const int Rounds = 5;

    public static void Run(DrainOptions options)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var from = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 7 * 86400) / LoadRecords.WindowSeconds * LoadRecords.WindowSeconds;
        Console.WriteLine("| step | us of CPU a record, lowest of 5 | median |");
        Console.WriteLine("|---|---|---|");
        Read(new LoadRecords(isSimulated: true, DateTimeOffset.FromUnixTimeSeconds(from), options.Records));
        Check(new LoadRecords(isSimulated: false, DateTimeOffset.FromUnixTimeSeconds(from), options.Records), key);
        var folder = Directory.CreateTempSubdirectory("sink-steps-").FullName;
        try
        {
            using (var sqlite = new SqliteEventStore(Path.Combine(folder, "store.db")))
                Store("sqlite", sqlite, new LoadRecords(isSimulated: true, DateTimeOffset.FromUnixTimeSeconds(from), options.Records));
            if (options.Postgres is null)
                return;
            using var postgres = Stores.NewPostgres($"{options.Postgres};Database=steps");
            Store("postgres", postgres, new LoadRecords(isSimulated: true, DateTimeOffset.FromUnixTimeSeconds(from), options.Records));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Read(LoadRecords load)
    {
        var messages = load.Round(0).Select(one => Message(one.Device, one.Record, one.Payload, null)).ToList();
        var gate = new RecordGate(Rules(isSimulation: true), TimeProvider.System, credentials: null);
        Measure("read the JSON", messages.Count, _ =>
        {
            foreach (var message in messages)
                EventRecordJson.TryDecode(message.Payload.Span, out var _, out var _);
        });
        Measure("all checks without a signature, JSON among them", messages.Count, _ => Judge(gate, messages));
    }

    private static void Check(LoadRecords load, ECDsa key)
    {
        var info = key.ExportSubjectPublicKeyInfo();
        var messages = load.Round(0).Take(LoadRecords.Devices * LoadRecords.ZonesPerDevice).Select(one => Message(one.Device, one.Record, one.Payload, key)).ToList();
        using var imported = Dsse.TryImport(info);
        Measure("check a signature with one key, one thread", messages.Count, _ =>
        {
            foreach (var message in messages)
                Dsse.Verify(imported!, EventRecord.SignedType, message.Payload.Span, message.Signature!);
        });
        var folder = Directory.CreateTempSubdirectory("sink-steps-").FullName;
        try
        {
            using var store = new SqliteEventStore(Path.Combine(folder, "store.db"));
            foreach (var (device, manifest) in load.Manifests(key))
                store.KeepManifest(device, manifest, TimeProvider.System.GetUtcNow());
            var credentials = new DeviceCredentials(
                new DeviceBook(store), new ManifestBook(store, NullLogger<ManifestBook>.Instance), NullLogger<DeviceCredentials>.Instance);
            var gate = new RecordGate(Rules(isSimulation: false), TimeProvider.System, credentials);
            Measure("all checks with a signature", messages.Count, _ => Judge(gate, messages));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Store(string engine, IEventStore store, LoadRecords load)
    {
        var batches = new List<IncomingRecord[]>();
        Measure(
            $"{engine}: store", load.Round(0).Count(),
            _ =>
            {
                foreach (var batch in batches)
                    store.Ingest(batch);
            },
            round => batches = [.. load.Round(round)
                .Select(one => new IncomingRecord(one.Device, one.Record, one.Payload, TimeProvider.System.GetUtcNow())).Chunk(RecordIngest.BatchMax)]);
        var stored = Enumerable.Repeat(IngestOutcome.Stored, RecordIngest.BatchMax).ToArray();
        Measure($"{engine}: of it the list of what was committed", batches.Count * RecordIngest.BatchMax, _ => store.Database.Change(turn =>
        {
            foreach (var batch in batches)
                turn.Run(LiveTables.NoteSql, batch[0].ReceivedAt.ToUnixTimeMilliseconds(), LiveTables.KeysOf(batch, stored));
            return 0;
        }));
        var devices = batches.SelectMany(batch => batch).Select(incoming => incoming.Device).Distinct().ToArray();
        Measure($"{engine}: what is told, for each device, without the broker", devices.Length, _ =>
        {
            foreach (var some in devices.Chunk(128))
            {
                foreach (var received in store.ReceivedOf(some))
                    received.Encode();
            }
        });
    }

    private static void Judge(RecordGate gate, List<IncomingMessage> messages)
    {
        for (var at = 0; at < messages.Count; at += RecordIngest.BatchMax)
        {
            gate.Refresh();
            var judged = gate.Judge(messages.GetRange(at, Math.Min(RecordIngest.BatchMax, messages.Count - at)));
            if (Array.Exists(judged, one => one.Record is not { Refused: RefusalReason.None }))
                throw new InvalidOperationException("A record was refused.");
        }
    }

    private static void Measure(string step, int records, Action<int> run, Action<int>? prepare = null)
    {
        var costs = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            prepare?.Invoke(round);
            var before = Environment.CpuUsage.TotalTime;
            run(round);
            costs.Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / records);
        }

        // The first made it warm.
        costs.RemoveAt(0);
        costs.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {step} | {costs[0]:F1} | {costs[costs.Count / 2]:F1} |"));
    }

    private static GateRules Rules(bool isSimulation) =>
        new(PrivacyProfile.Standard, new ZoneRegister(new Dictionary<string, ZoneEntry>()), isSimulation) { Trust = DeviceTrust.FirstUse };

    private static IncomingMessage Message(string device, EventRecord record, byte[] payload, ECDsa? key) => new(
        Topics.Events(device), payload, CloudEventAttributes.SourceOf(record.Site, device), record.Id, _ => Task.CompletedTask)
    {
        Signature = key is null ? null : Dsse.Sign(key, EventRecord.SignedType, payload),
    };
}
