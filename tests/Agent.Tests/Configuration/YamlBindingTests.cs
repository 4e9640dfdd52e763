using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Configuration;

/// <summary>What a good file becomes.</summary>
public sealed class YamlBindingTests
{
    private static SampleOptions Read(string text)
    {
        var document = YamlReader.Parse<SampleOptions>(text, "edge.yaml");
        Assert.Empty(document.Faults);
        return document.Value!;
    }

    [Fact]
    public void Absent_keys_keep_their_defaults()
    {
        var value = Read("name: north");

        Assert.Equal(900, value.WindowSeconds);
        Assert.Equal(0.3f, value.OverlapMin);
        Assert.Equal(["kept"], value.Words);
        Assert.Equal(new SampleLink(), value.Link);
    }

    [Fact]
    public void Every_kind_of_value_is_read()
    {
        var value = Read("""
            name: "north-1"
            windowSeconds: 60
            overlapMin: 0.1
            epsilon: inf
            isDemo: true
            seed: -7
            note: ~
            sign: not_so_good
            since: 2026-11-22
            start: 2026-11-22T10:00:00+01:00
            direction: [0.5, -1]
            words: [a, 1, no]
            version: v3
            link: {host: broker.example, port: 8883}
            """);

        Assert.Equal("north-1", value.Name);
        Assert.Equal(60, value.WindowSeconds);
        Assert.Equal(0.1f, value.OverlapMin);
        Assert.Equal(double.PositiveInfinity, value.Epsilon);
        Assert.True(value.IsDemo);
        Assert.Equal(-7, value.Seed);
        Assert.Null(value.Note);
        Assert.Equal(SampleSign.NotSoGood, value.Sign);
        Assert.Equal(new DateOnly(2026, 11, 22), value.Since);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero), value.Start);
        Assert.Equal(new SamplePoint(0.5f, -1), value.Direction);
        Assert.Equal(["a", "1", "no"], value.Words);
        Assert.Equal(new SampleVersion(3), value.Version);
        Assert.Equal(new SampleLink("broker.example", 8883), value.Link);
    }

    [Theory]
    [InlineData("not_so_good")]
    [InlineData("not-so-good")]
    [InlineData("notSoGood")]
    [InlineData("NotSoGood")]
    public void Names_of_enums_may_be_written_in_every_case(string written) =>
        Assert.Equal(SampleSign.NotSoGood, Read($"{{name: north, sign: {written}}}").Sign);

    [Theory]
    [InlineData(".inf", double.PositiveInfinity)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("1e-3", 0.001)]
    [InlineData("+2.5", 2.5)]
    [InlineData("'7'", 7)]
    public void Numbers_have_a_point_in_every_culture(string written, double expected) =>
        Assert.Equal(expected, Read($"{{name: north, epsilon: {written}}}").Epsilon);

    [Fact]
    public void Lists_of_records_hold_lists_of_points()
    {
        var value = Read("""
            name: north
            cameras:
              - source: a.avi
                mask: [[0.1, 0.2], [0.3, 0.4], {x: 0.5, y: 0.6}]
              - source: b.avi
            """);

        Assert.Equal(["a.avi", "b.avi"], value.Cameras.Select(c => c.Source));
        Assert.Equal([new(0.1f, 0.2f), new(0.3f, 0.4f), new(0.5f, 0.6f)], value.Cameras[0].Mask);
        Assert.Equal(3, value.Cameras[1].Mask.Count);
    }

    [Fact]
    public void A_dictionary_keeps_the_order_of_the_file() =>
        Assert.Equal(["z", "a", "m"], Read("{name: north, rates: {z: 1, a: 2, m: 3}}").Rates.Keys);

    [Theory]
    [InlineData("rules: {passage: , wrong_way: {angleMinDegrees: 90}}")]
    [InlineData("rules:\n  passage: {}\n  wrong_way:\n    angleMinDegrees: 90")]
    public void The_key_of_a_rule_chooses_its_options(string rules)
    {
        var value = Read("name: north\n" + rules);

        Assert.Equal(["passage", "wrong_way"], value.Rules.Keys);
        Assert.IsType<PassageSampleRule.Options>(value.Rules["passage"]);
        Assert.Equal(90, Assert.IsType<WrongWaySampleRule.Options>(value.Rules["wrong_way"]).AngleMinDegrees);
    }

    [Theory]
    [InlineData("ruleList: [passage, wrong_way: {angleMinDegrees: 90}]")]
    [InlineData("ruleList: {passage: , wrong_way: {angleMinDegrees: 90}}")]
    [InlineData("ruleList:\n  - passage:\n  - wrong_way:\n      angleMinDegrees: 90")]
    public void A_list_of_rules_may_be_words_or_keys(string rules)
    {
        var value = Read("name: north\n" + rules);

        SampleRuleOptions[] expected = [new PassageSampleRule.Options(), new WrongWaySampleRule.Options { AngleMinDegrees = 90 }];
        Assert.Equal(expected, value.RuleList);
    }

    [Theory]
    [InlineData("link:")]
    [InlineData("link: {}")]
    [InlineData("cameras:\nwords: []")]
    public void A_key_that_is_begun_and_left_empty_is_no_fault(string text) => Read("name: north\n" + text);

    [Fact]
    public void Aliases_repeat_a_value()
    {
        var value = Read("{name: north, cameras: [{source: &clip a.avi}, {source: *clip}]}");

        Assert.Equal("a.avi", value.Cameras[1].Source);
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_do_no_harm() =>
        Assert.Equal(60, Read("\uFEFFname: north\r\nwindowSeconds: 60\r\n").WindowSeconds);

    [Fact]
    public void The_policy_of_the_contract_is_read()
    {
        var document = YamlReader.Parse<Policy>("""
            id: p-2026.3
            beta: 2
            epsilonCounts: inf
            behaviours:
              red_crossing: {sign: bad,  weight: 12, reference: 4.0}
              yielded:      {sign: good, weight: 10, reference: 30}
            zones:
              crossing-north: [yielded]
            """, "policy.yaml");

        Assert.Empty(document.Faults);
        Assert.Equal(["red_crossing", "yielded"], document.Value!.Behaviours.Keys);
        Assert.Equal(PolicySign.Bad, document.Value.Behaviours["red_crossing"].Sign);
        Assert.Equal(double.PositiveInfinity, document.Value.EpsilonCounts);
        Assert.Equal(["yielded"], document.Value.BehavioursOf("crossing-north"));
    }

    [Fact]
    public void A_file_may_be_a_dictionary()
    {
        var document = YamlReader.Parse<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>>(
            "crossing-north: {littering: 0.8}", "cal.yaml");

        Assert.Empty(document.Faults);
        Assert.Equal(0.8, document.Value!["crossing-north"]["littering"]);
    }
}
