using System.Text;
using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

public sealed class PrivacyManifestJsonTests(ITestOutputHelper output)
{
    private static readonly PrivacyManifest Example = TestManifests.Example;

    private static readonly string Json = Encoding.UTF8.GetString(PrivacyManifestJson.Encode(Example));

    /// <summary>Written out in a file beside this one: whoever changes a byte of the form sees it there.</summary>
    [Fact]
    public void A_manifest_has_exactly_these_bytes()
    {
        var path = Path.Combine(TestPaths.Root, "tests", "Agent.Tests", "Contract", "privacy-manifest.example.json");
        if (Environment.GetEnvironmentVariable("APPROVE") == "1")
            File.WriteAllText(path, Json + "\n");

        Assert.Equal(File.ReadAllText(path), Json + "\n");
    }

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        Assert.True(PrivacyManifestJson.TryDecode(Encoding.UTF8.GetBytes(Json), out var read, out var reason), reason);

        Assert.Equal("", reason);
        Assert.Equal(Json, Encoding.UTF8.GetString(PrivacyManifestJson.Encode(read!)));
        Assert.Equal(1.75m, read!.Zones[1].TracksPerPerson);
        Assert.Equal(["bin_used"], read.Zones[1].Episodes);
    }

    [Fact]
    public void The_widest_manifest_fits()
    {
        var all = Behaviours.All.Where(b => b.Sign is BehaviourSign.Good or BehaviourSign.Bad).Select(b => b.Name).ToList();
        var device = new string('d', Names.LengthMax);
        var zone = TestManifests.Zone("z", 21600, all, new string('p', Names.LengthMax)) with
        {
            Calibration = new string('c', Names.LengthMax),
            TracksPerPerson = 19.999999999999996m,
            PassagesMin = 9000,
            NoisedPassagesMin = 9999,
            EpsilonPassages = 0.3999999999999996m,
            EpsilonCounts = 0.5999999999999996m,
        };
        var widest = Example with
        {
            Site = new string('s', Names.LengthMax),
            Device = device,
            Software = new string('9', 64),
            RecordBytes = EventRecordJson.BytesMax,
            Topics = ManifestWords.Topics(device, PrivacyProfile.Standard, EventRecordJson.BytesMax),
            Zones = [.. Enumerable.Range(0, PrivacyManifest.ZonesMax).Select(i => zone with { Zone = $"{i:00}".PadRight(Names.LengthMax, 'z') })],
            Models = [.. Enumerable.Range(0, PrivacyManifest.ModelsMax).Select(i => new ManifestModel { Model = $"{i:00}".PadRight(64, 'm'), Sha256 = new string('f', 64) })],
        };

        var bytes = PrivacyManifestJson.Encode(widest);

        output.WriteLine($"widest manifest {bytes.Length} bytes of at most {PrivacyManifestJson.BytesMax}; the example {Json.Length}");
        Assert.True(PrivacyManifestJson.TryDecode(bytes, out _, out var reason), reason);
    }

    [Theory]
    [InlineData("{\"v\":1,", "{\"v\":2,", "'v' is not 1.")]
    [InlineData("{\"v\":1,", "{", "not the JSON of a manifest")]
    [InlineData("{\"v\":1,", "{\"v\":1,\"v\":1,", "not the JSON of a manifest")]
    [InlineData("{\"v\":1,", "{\"v\":1,\"owner\":\"Jo\",", "not the JSON of a manifest")]
    [InlineData("{\"v\":1,", "{ \"v\":1,", "not written in the one form")]
    [InlineData("{\"v\":1,\"site\":\"plaza-7\"", "{\"site\":\"plaza-7\",\"v\":1", "not written in the one form")]
    [InlineData("plaza-7", "pl\\u0061za-7", "not written in the one form")]
    [InlineData("\"standard\"", "\"Standard\"", "not written in the one form")]
    [InlineData("\"standard\"", "0", "not the JSON of a manifest")]
    [InlineData("\"standard\"", "\"demo\"", "'fields' are not those|'topics' are not those")]
    [InlineData("plaza-7", "Plaza 7", "'site'")]
    [InlineData("\"device\":\"edge-01\"", "\"device\":\"edge-02\"", "'topics' are not those")]
    [InlineData("1.0.0+877df0c", "by Jo <jo@example.org>", "'software'")]
    [InlineData("2026-11-22", "2026-11-22T09:14:07Z", "not the JSON of a manifest")]
    [InlineData("sce/v1/edge-01/state", "sce/v1/edge-01/faces", "'topics' are not those")]
    [InlineData("online or offline.", "online, offline, or who is there.", "'topics' are not those")]
    [InlineData("\"field\":\"pad\"", "\"field\":\"face\"", "'fields' are not those")]
    [InlineData("; 0 unless status is ok", "; about 0 unless status is ok", "'fields' are not those")]
    [InlineData("It never sends", "It seldom sends", "'never'")]
    [InlineData("\"recordBytes\":512", "\"recordBytes\":5", "'recordBytes'")]
    [InlineData("\"publishSecondsMin\":120", "\"publishSecondsMin\":60", "published sooner than 120 s")]
    [InlineData("\"publishSecondsMax\":720", "\"publishSecondsMax\":719", "by chance over 600 s")]
    [InlineData("\"publishSecondsMax\":720", "\"publishSecondsMax\":100000", "not a span of time")]
    [InlineData("\"windowSeconds\":3600", "\"windowSeconds\":900", "'windowSeconds'")]
    [InlineData("[\"red_crossing\",", "[\"sleeping\",", "'behaviours'")]
    [InlineData("[\"red_crossing\",", "[null,", "'behaviours'")]
    [InlineData("[\"red_crossing\",", "[\"wrong_way\",", "'behaviours'")]
    [InlineData("\"episodes\":[\"bin_used\"]", "\"episodes\":[]", "'episodes'")]
    [InlineData("\"policy\":\"p-2026.3\"", "\"policy\":\"ours now\"", "'policy'")]
    [InlineData("\"tracksPerPerson\":1.5,", "\"tracksPerPerson\":1,", "'tracksPerPerson'")]
    [InlineData("\"passagesMin\":35", "\"passagesMin\":34", "'passagesMin'")]
    [InlineData("\"noisedPassagesMin\":69", "\"noisedPassagesMin\":68", "'noisedPassagesMin'")]
    [InlineData("\"epsilonPassages\":0.4", "\"epsilonPassages\":0.41", "'epsilonPassages'")]
    [InlineData("\"epsilonCounts\":0.6", "\"epsilonCounts\":null", "no noise")]
    [InlineData("\"epsilonCounts\":0.6", "\"epsilonCounts\":0", "no noise")]
    [InlineData("\"zone\":\"recycling-point\"", "\"zone\":\"crossing-north\"", "twice")]
    [InlineData("\"models\":[{", "\"models\":[null,{", "'models'")]
    [InlineData("aaa0\"", "aaa\"", "'models'")]
    [InlineData("\"key\":\"", "\"key\":\"A", "'key'")]
    public void What_is_not_the_contract_is_refused_with_a_reason_that_quotes_nothing(string part, string instead, string reason)
    {
        var at = Json.IndexOf(part, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{part} is not in the example");
        var broken = Encoding.UTF8.GetBytes(Json.Remove(at, part.Length).Insert(at, instead));

        Assert.False(PrivacyManifestJson.TryDecode(broken, out var manifest, out var told));

        Assert.Null(manifest);
        Assert.Matches(reason.Replace("(", "\\("), told);
        Assert.DoesNotContain("Jo", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_refused_and_none_throws()
    {
        byte[][] hostile =
        [
            [], "null"u8.ToArray(), "[]"u8.ToArray(), "{}"u8.ToArray(), [0xff, 0xfe], new byte[PrivacyManifestJson.BytesMax + 1],
            Encoding.UTF8.GetBytes(new string('[', 10_000)), Encoding.UTF8.GetBytes(Json + "\n"), Encoding.UTF8.GetBytes(Json + Json),
        ];
        foreach (var payload in hostile)
            Assert.False(PrivacyManifestJson.TryDecode(payload, out _, out _));
        var good = Encoding.UTF8.GetBytes(Json);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, 3]).Sample(
            (at, value, kind) =>
            {
                byte[] broken = kind switch
                {
                    0 => good[..at],
                    1 => [.. good[..at], value, .. good[at..]],
                    2 => [.. good[..at], .. good[(at + 1)..]],
                    _ => [.. good[..at], value, .. good[(at + 1)..]],
                };
                // What is taken is one that would have been written so.
                return !PrivacyManifestJson.TryDecode(broken, out var read, out var told)
                    ? told.Length > 0
                    : PrivacyManifestJson.Encode(read!).AsSpan().SequenceEqual(broken);
            },
            iter: 2000);
    }

    [Fact]
    public void What_breaks_a_rule_is_not_written() =>
        Assert.Throws<ArgumentException>(() => PrivacyManifestJson.Encode(Example with { Never = "" }));

    [Fact]
    public void The_words_for_people_name_every_zone_topic_field_and_model()
    {
        var words = string.Join('\n', ManifestWords.Describe(Example));

        Assert.All(Example.Topics, topic => Assert.Contains(topic.Topic, words, StringComparison.Ordinal));
        Assert.All(Example.Fields, field => Assert.Contains($"{field.Field} ({field.Type})", words, StringComparison.Ordinal));
        Assert.All(Example.Zones, zone => Assert.Contains(zone.Zone, words, StringComparison.Ordinal));
        Assert.Contains("at least 35 tracks passed (1.75 for one person)", words, StringComparison.Ordinal);
        Assert.Contains(Example.Models[0].Sha256, words, StringComparison.Ordinal);
        Assert.Contains(ManifestWords.Never, words, StringComparison.Ordinal);
    }
}
