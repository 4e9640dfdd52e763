using CsCheck;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>The policy as the sink reads it. What it accepts, devices must read as well, and every score under it is a number from 0 to 100.</summary>
internal sealed class PolicyTarget : FuzzTarget
{
    internal const string Good = """
        id: p-2026.3
        beta: 2
        halfLifeDays: 28
        epsilonCounts: 0.6
        behaviours:
          red_crossing: {sign: bad,  weight: 12, reference: 4.0}
          littering:    {sign: bad,  weight: 8,  reference: 0.5, definition: Waste is left beside a bin., source: measured}
          yielded:      {sign: good, weight: 10, reference: 30}
        zones:
          crossing-north: [red_crossing, yielded]
        """;

    private static readonly string[] NeverScored =
        ["presence", "loitering", "sleeping", "begging", "assembly", "dress", "religion", "age", "sex", "race", "gait", "emotion", "identity"];

    private static readonly DateOnly Day = new(2026, 11, 22);

    public override IReadOnlyList<string> Words =>
    [
        "id: ", "beta: ", "halfLifeDays: ", "epsilonCounts: ", "behaviours:\n", "zones:\n", "  wrong_way: {sign: bad, weight: 1, reference: 1}\n", "sleeping", "sign: good", "weight: ",
        "reference: ", "&a ", "*a", "? ", "- ", "\t", "---\n", "!!str ", "\"", "'", "| \n", "> \n", "\uFEFF", "{}", "[]", "inf", "crossing-north: [red_crossing]\n",
    ];

    public override Gen<byte[]> Nearly { get; } = YamlTricks.On(Good, Good.Replace("0.6", "inf", StringComparison.Ordinal));

    public override bool Judge(byte[] input)
    {
        var (file, faults) = PolicyReader.Parse(input, "policy.yaml");
        Demand(file is not null == (faults.Count == 0), "it has faults.");
        Demand(faults.All(fault => !fault.ToString().Any(char.IsControl)), "a fault has a control character.");
        if (file is not { Policy: var policy })
            return false;
        Demand(file.Bytes.Span.SequenceEqual(input), "its bytes are others.");
        Demand(Names.IsVersion(policy.Id), "its id is no version.");
        Demand(policy.Behaviours.Count > 0 && policy.Behaviours.Keys.All(name => Behaviours.Find(name) is { IsScored: true }), "it names what no device takes.");
        Demand(!policy.Behaviours.Keys.Any(name => NeverScored.Contains(name)), "it scores what is never scored.");
        Demand(policy.Zones.Keys.All(zone => Names.IsValid(zone)), "it names a zone that is none.");
        var onDevice = YamlReader.Parse<Policy>(System.Text.Encoding.UTF8.GetString(input), "policy.yaml");
        Demand(onDevice is { Value: not null, Faults.Count: 0 }, "a device refuses it.");
        foreach (var count in new[] { 0, 1, 1_000_000_000_000 })
        {
            var counts = policy.Behaviours.Keys.ToDictionary(name => name, _ => count);
            var score = new ScoreCalculator(policy, Calibration.None).Compute("crossing-north", [new DayRow(Day, 24, 20, 8000, counts)], Day);
            Demand(score.Score is >= 0 and <= 100 && score.HalfWidth >= 0 && double.IsFinite(score.HalfWidth), $"a score under it is {score.Score} +- {score.HalfWidth}.");
        }

        return true;
    }
}
