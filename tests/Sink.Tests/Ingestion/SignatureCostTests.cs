using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>What it costs that signatures are checked: the same records through gate and store with and without, in turns. Printed, not judged.</summary>
public sealed class SignatureCostTests(ITestOutputHelper output)
{
    private const int Batch = 500, Batches = 4;

    [Fact]
    public void The_figures_are_printed_and_every_record_is_stored()
    {
        var messages = Enumerable.Range(0, Batch * Batches).Select(i => Message((uint)i + 1)).ToList();
        var verifying = Stopwatch.StartNew();
        var key = new VerifyingKey(TestManifests.KeyOf("camera-1").ExportSubjectPublicKeyInfo());
        foreach (var message in messages.Take(Batch))
            Assert.True(key.Verify(EventRecord.SignedType, message.Payload.Span, message.Signature!));
        verifying.Stop();
        Run(messages, isSigned: true);

        var (plain, signed) = (Run(messages, isSigned: false), Run(messages, isSigned: true));
        (plain, signed) = (Sum(plain, Run(messages, isSigned: false)), Sum(signed, Run(messages, isSigned: true)));

        double count = 2 * messages.Count;
        output.WriteLine($"one signature {verifying.Elapsed.TotalMicroseconds / Batch:F0} us; batches of {Batch} on {Environment.ProcessorCount} processors: "
            + $"{count / plain.Wall.TotalSeconds:F0} records/s without signatures, {count / signed.Wall.TotalSeconds:F0} with ({plain.Wall / signed.Wall:F2}); "
            + $"{plain.Processor.TotalMicroseconds / count:F0} and {signed.Processor.TotalMicroseconds / count:F0} us of processor a record");
    }

    private static (TimeSpan Wall, TimeSpan Processor) Sum((TimeSpan Wall, TimeSpan Processor) one, (TimeSpan Wall, TimeSpan Processor) other) =>
        (one.Wall + other.Wall, one.Processor + other.Processor);

    private static (TimeSpan Wall, TimeSpan Processor) Run(List<IncomingMessage> messages, bool isSigned)
    {
        using var store = new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "store.db"));
        var devices = new DeviceBook(store);
        var manifests = new ManifestBook(store, NullLogger<ManifestBook>.Instance);
        var credentials = isSigned ? new DeviceCredentials(devices, manifests, NullLogger<DeviceCredentials>.Instance) : null;
        var gate = new RecordGate(
            new GateRules(PrivacyProfile.Standard, new ZoneRegister(new Dictionary<string, ZoneEntry>())) { Trust = DeviceTrust.FirstUse },
            new ShiftedTime(Noon.AddHours(30)), credentials);
        store.KeepManifest("camera-1", TestManifests.Sign(
            TestManifests.Covering("camera-1", LengthBytes, Enumerable.Range(0, 50).Select(i => Record(Zone(i)))), TestManifests.KeyOf("camera-1")), Noon);
        gate.Judge(messages.GetRange(0, 1));

        var processor = Environment.CpuUsage.TotalTime;
        var elapsed = Stopwatch.StartNew();
        for (var batch = 0; batch < Batches; batch++)
        {
            gate.Refresh();
            var judged = gate.Judge(messages.GetRange(batch * Batch, Batch));
            store.Ingest([.. judged.Select(one => one.Record!)]);
        }

        elapsed.Stop();
        processor = Environment.CpuUsage.TotalTime - processor;
        Assert.Equal((uint)messages.Count, store.ReceivedOf("camera-1").UpTo);
        Assert.Empty(store.Quarantine(1));
        return (elapsed.Elapsed, processor);
    }

    private static IncomingMessage Message(uint sequence)
    {
        var record = Record(Zone((int)sequence % 50), hour: -(int)sequence / 50, sequence: sequence);
        var payload = EventRecordJson.Encode(record, LengthBytes);
        return new IncomingMessage(
            Topics.Events("camera-1"), payload, CloudEventAttributes.SourceOf(record.Site, "camera-1"), record.Id, _ => Task.CompletedTask)
        {
            Signature = Dsse.Sign(TestManifests.KeyOf("camera-1"), EventRecord.SignedType, payload),
        };
    }

    private static string Zone(int i) => $"zone-{i:D2}";
}
