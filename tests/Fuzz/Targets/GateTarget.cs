using System.Text;
using System.Text.Json;
using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;
using SocialCredit.Edge.Sink;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>A whole message: topic, source and id in a line each, then the payload.</summary>
internal sealed class GateTarget : FuzzTarget
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, ZoneEntry> Register = new()
    {
        ["crossing-north"] = new() { Device = "edge-01", Site = "plaza-7" },
        ["plaza-south"] = new() { Device = "edge-02" },
    };

    private readonly RecordGate _gate = new(new GateRules(PrivacyProfile.Standard, new ZoneRegister(Register)), new StoppedClock(Now), credentials: null);

    public override IReadOnlyList<string> Words =>
    [
        .. RecordTarget.Keys, "sce/v1/", "/events", "edge-01", "edge-02", "/site/plaza-7/device/", "crossing-north", "plaza-south", "crossing-north:495609", "simulated-",
        "../", "%2f", "+", "#", "$share/", "\u001b[31m", "\n",
    ];

    public override Gen<byte[]> Nearly { get; } = Gen.Select(
        RecordTarget.Good, Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[-300, 60],
        (json, envelope, tricked, hour) => Message(json, envelope, tricked, hour))
        .SelectMany(message => JsonTricks.On(Gen.Const(message.Payload)).Select(payload => (byte[])[.. Encoding.UTF8.GetBytes(message.Envelope), .. payload]));

    public override bool Judge(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input).Split('\n', 4);
        if (text.Length < 4)
            return false;
        var lineEnds = Enumerable.Range(0, input.Length).Where(at => input[at] == (byte)'\n').ElementAt(2);
        var payload = input[(lineEnds + 1)..];
        var (read, unread) = _gate.Judge([new IncomingMessage(text[0], payload, text[1], text[2], _ => Task.CompletedTask)])[0];
        Demand(read is null == (unread != RefusalReason.None), "record and reason contradict each other.");
        LogText.Of(text[0]);
        if (read is not { Refused: RefusalReason.None, Record: var record, Device: var device })
            return false;

        using var json = JsonDocument.Parse(payload);
        string Of(string key) => json.RootElement.GetProperty(key).GetString()!;
        var seconds = json.RootElement.GetProperty("seconds").GetInt64();
        var start = json.RootElement.GetProperty("start").GetDateTimeOffset();
        var fault = SlowRecordJudge.Fault(payload);
        Demand(fault is null, fault ?? "");
        Demand(text[0] == $"sce/v1/{device}/events", "the topic is another device's.");
        Demand(text[1] == $"/site/{Of("site")}/device/{device}", "the source is another.");
        Demand(text[2] == $"{Of("zone")}:{start.ToUnixTimeSeconds() / seconds}" && text[2] == record.Id, "the id is another.");
        Demand(Register.TryGetValue(Of("zone"), out var entry) && entry.Device == device && (entry.Site ?? Of("site")) == Of("site"), "the zone is another device's.");
        Demand(Of("profile") != "demo", "it is a demonstration's.");
        var ended = Now - start.AddSeconds(seconds);
        Demand(ended <= TimeSpan.FromDays(8) && ended >= TimeSpan.FromMinutes(-5), "its window is out of time.");
        return true;
    }

    /// <summary>A message whose record is mostly one of the register's zones and of the last days.</summary>
    private static (string Envelope, string Payload) Message(string json, int envelope, int tricked, int hour)
    {
        using var document = JsonDocument.Parse(json);
        string Of(string key) => document.RootElement.GetProperty(key).GetString()!;
        if (tricked > 2)
        {
            var start = Now.AddHours(hour);
            json = json.Replace(Of("zone"), "crossing-north", StringComparison.Ordinal).Replace(Of("site"), "plaza-7", StringComparison.Ordinal)
                .Replace(Of("start"), start.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), StringComparison.Ordinal);
        }

        var device = envelope == 0 ? "edge-02" : "edge-01";
        var id = EventRecordJson.TryDecode(Encoding.UTF8.GetBytes(json), out var record, out _) ? record!.Id : "crossing-north:1";
        var site = record?.Site ?? "plaza-7";
        var topic = envelope == 1 ? "sce/v1/edge-01/health" : $"sce/v1/{device}/events";
        return ($"{topic}\n/site/{site}/device/{(envelope == 2 ? "edge-03" : device)}\n{(envelope == 3 ? id + "0" : id)}\n", json);
    }
}
