using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using NJsonSchema;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Fuzz.Structured;
using SocialCredit.Edge.Host.Remote;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>
/// What a device takes for a command, signed by the enrolled key: whoever has that key may only ask for what is in the list, of this device, in
/// its time, and once.
/// </summary>
internal sealed class CommandTarget : FuzzTarget
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(RemoteSchemas.Command).GetAwaiter().GetResult();

    private static readonly DeviceCommand Good = new()
    {
        Device = "edge-01",
        Id = 4711,
        Issued = Now.AddMinutes(-1),
        Expires = Now.AddMinutes(4),
        Command = CommandWord.SetPolicy,
        Policy = "p-2026.3",
        Sha256 = new string('a', 64),
    };

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ScratchFolder _folder = new();
    private readonly byte[] _public;

    public CommandTarget() => _public = _key.ExportSubjectPublicKeyInfo();

    public override IReadOnlyList<string> Words =>
    [
        "\"v\":1", "\"device\":\"edge-01\"", "\"id\":", "\"issued\":\"2026-11-22T11:59:00Z\"", "\"expires\":\"2026-11-22T12:04:00Z\"", "\"command\":\"", "set-policy", "rotate-key", "restart", "self-test",
        "\"policy\":\"", "\"sha256\":\"", "null", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9007199254740991", "../", "\\u0061", "\\ud800", "exec", "},{",
    ];

    public override Gen<byte[]> Nearly { get; } = JsonTricks.On(Gen.OneOf(
        Gen.Const(Encoding.UTF8.GetString(Good.Encode())),
        Gen.Const(Encoding.UTF8.GetString((Good with { Command = CommandWord.Restart, Policy = null, Sha256 = null }).Encode())),
        Gen.Const(Encoding.UTF8.GetString((Good with { Command = CommandWord.SelfTest, Policy = null, Sha256 = null, Issued = DateTimeOffset.MaxValue.AddTicks(1 - TimeSpan.TicksPerMinute), Expires = DateTimeOffset.MaxValue.AddTicks(1 - TimeSpan.TicksPerSecond) }).Encode()))));

    public override bool Judge(byte[] input)
    {
        // A signature costs more than all the rest, and what is not of the form comes to the form only.
        if (DeviceCommand.TryDecode(input) is null)
            return false;
        var noted = _folder.Write("commands.json", "{\"lastId\":0}"u8);
        var gate = new CommandGate("edge-01", _public, Path.GetDirectoryName(noted)!, (new StoppedClock(Now), NullLogger.Instance));
        var incoming = new IncomingCommand(new Signed(input, Dsse.Sign(_key, DeviceCommand.PayloadType, input), ""), IsRetained: false);
        var (command, refused, _) = gate.Judge(incoming);
        Demand(command is null == (refused != CommandReason.None), "command and reason contradict each other.");
        if (command is null)
            return false;

        Demand(input.Length <= DeviceCommand.BytesMax && command.Encode().AsSpan().SequenceEqual(input), "written again it has other bytes.");
        var faults = Schema.Validate(Encoding.UTF8.GetString(input));
        Demand(faults.Count == 0, $"the schema says {faults.FirstOrDefault()}");
        Demand(command.Device == "edge-01" && command.Id >= 1, "it is another device's, or has no number.");
        Demand((Now - command.Expires).TotalMinutes <= 5 && (command.Issued - Now).TotalMinutes <= 5 && command.Expires - command.Issued <= TimeSpan.FromDays(1), "its time is not now.");
        Demand(gate.Judge(incoming).Refused == CommandReason.Replayed, "it can be played again.");
        Demand(gate.Judge(incoming with { IsRetained = true }).Refused == CommandReason.Retained, "it may be retained.");
        return true;
    }
}
