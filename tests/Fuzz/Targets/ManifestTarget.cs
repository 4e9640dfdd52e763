using System.Text;
using CsCheck;
using NJsonSchema;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>What a device says that it can send: one form only, no room for free text, no terms weaker than the contract's.</summary>
internal sealed class ManifestTarget : FuzzTarget
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(PrivacyManifestSchema.Text).GetAwaiter().GetResult();

    private static readonly string Example = Encoding.UTF8.GetString(PrivacyManifestJson.Encode(TestManifests.Example));

    private static readonly string Demo = Encoding.UTF8.GetString(PrivacyManifestJson.Encode(
        TestManifests.Covering("edge-01", 512, [Agent.Tests.Contract.Records.Example with { Profile = PrivacyProfile.Demo }]) with { Key = TestManifests.Example.Key }));

    public override int BytesMax => 12 * 1024;

    public override IReadOnlyList<string> Words =>
    [
        "\"zones\":[", "\"models\":[", "\"epsilonPassages\":", "\"epsilonCounts\":", "\"passagesMin\":", "\"tracksPerPerson\":", "\"key\":\"", "0.4", "0.6", "null", "\"episodes\":[",
        "\"behaviours\":[", "\"profile\":\"demo\"", "\"profile\":\"strict\"", "\"issued\":\"", "79228162514264337593543950335", "\\u0061", "},{", "\"never\":\"", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
    ];

    public override Gen<byte[]> Nearly { get; } = JsonTricks.On(Gen.OneOf(Gen.Const(Example), Gen.Const(Demo)));

    public override bool Judge(byte[] input)
    {
        var isAccepted = PrivacyManifestJson.TryDecode(input, out var manifest, out var reason);
        Demand(isAccepted == (manifest is not null) && isAccepted == (reason.Length == 0), "manifest, reason and answer contradict each other.");
        Demand(!reason.Any(char.IsControl), "its reason repeats the payload.");
        if (manifest is null)
            return false;
        Demand(PrivacyManifestJson.Encode(manifest).AsSpan().SequenceEqual(input), "written again it has other bytes.");
        var faults = Schema.Validate(Encoding.UTF8.GetString(input));
        Demand(faults.Count == 0, $"the schema says {faults.FirstOrDefault()}");
        foreach (var zone in manifest.Zones)
        {
            var isNoised = zone.EpsilonPassages is > 0 and <= 0.4m && zone.EpsilonCounts is > 0 and <= 0.6m && zone.NoisedPassagesMin >= zone.PassagesMin + 34
                && zone.PassagesMin >= 20 * zone.TracksPerPerson && zone.TracksPerPerson >= 1.5m;
            Demand(isNoised || manifest.Profile == PrivacyProfile.Demo, $"zone {zone.Zone} has weaker terms than the contract.");
        }

        Demand(!new SignedManifest(input, "", "").TryOpen(out _, out _), "nobody signed it.");
        return true;
    }
}
