using System.Text;
using System.Text.Json;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>The cameras' factors, from the configuration to whoever recomputes a score.</summary>
public sealed class CalibrationTests
{
    private const string Text = "station-underpass: {red_crossing: 0.5, yielded: 1.25}   # measured in May\n";

    [Fact]
    public async Task A_score_can_be_recomputed_from_what_is_served()
    {
        await using var sink = await ServedSink.StartAsync(TestCity.Fill, calibration: Read(Text));
        await using var plain = await ServedSink.StartAsync(TestCity.Fill);
        var served = await sink.Client.GetStringAsync("/api/calibration");
        var rows = RowsCsvReader.Read("rows.csv", new StringReader(await sink.Client.GetStringAsync("/api/zones/station-underpass/rows.csv")));

        var again = new ScoreCalculator(TestCity.Policy, Read(served).Calibration)
            .Compute("station-underpass", rows.Zones["station-underpass"], new DateOnly(2026, 11, 22));

        Assert.Equal(Text, served);
        Assert.Equal(again.Score, await ScoreAsync(sink));
        Assert.NotEqual(again.Score, await ScoreAsync(plain));
        Assert.Contains($"Why {again.Score:F1}?", await sink.Client.GetStringAsync("/zones/station-underpass"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_calibration_a_file_is_served_that_says_so()
    {
        await using var sink = await ServedSink.StartAsync(TestCity.Fill);

        var served = Read(await sink.Client.GetStringAsync("/api/calibration"));

        Assert.Equal(1, served.Calibration.Factor("station-underpass", "red_crossing"));
    }

    [Fact]
    public async Task A_new_calibration_changes_the_published_score_while_the_sink_runs()
    {
        await using var sink = await RunningSink.StartAsync("calibration: cal.yaml\n", "crossing-north: {red_crossing: 1}\n");
        await using var device = await sink.DeviceAsync();
        await device.SubscribeAsync(Contract.Topics.PublicScore("crossing-north"));
        await device.SendAsync(Record(red: 40));
        var before = await HearScoreAsync(device, _ => true);

        await File.WriteAllTextAsync(Path.Combine(sink.Folder, "cal.yaml"), "crossing-north: {red_crossing: 0.1}\n");

        Assert.NotEqual(before, await HearScoreAsync(device, score => score != before));
    }

    [Theory]
    [InlineData("crossing-north: {red: 1}\n", "cal.yaml:1: crossing-north.red: The catalogue has no such behaviour.")]
    [InlineData(null, "cal.yaml: The calibration cannot be read:")]
    public void A_configuration_with_a_faulty_calibration_is_refused(string? text, string message)
    {
        var folder = TestPaths.NewFolder();
        var path = Path.Combine(folder, "sink.yaml");
        File.WriteAllText(Path.Combine(folder, "policy.yaml"), RunningSink.Policy);
        File.WriteAllText(path, "policy: policy.yaml\ncalibration: cal.yaml\n");
        if (text is not null)
            File.WriteAllText(Path.Combine(folder, "cal.yaml"), text);

        var (configuration, faults) = SinkConfiguration.Read(path);

        Assert.Null(configuration);
        Assert.Contains(message, Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    private static CalibrationFile Read(string text)
    {
        var path = Path.Combine(TestPaths.NewFolder(), "cal.yaml");
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var (file, faults) = CalibrationReader.Read(path);
        Assert.Empty(faults);
        return file!;
    }

    private static async Task<double> ScoreAsync(ServedSink sink)
    {
        using var score = JsonDocument.Parse(await sink.Client.GetStringAsync("/api/zones/station-underpass/score"));
        return score.RootElement.GetProperty("score").GetDouble();
    }

    private static async Task<double> HearScoreAsync(TestDevice device, Func<double, bool> isExpected) =>
        ScoreIn(await device.HearAsync(Contract.Topics.PublicScore("crossing-north"), payload => isExpected(ScoreIn(payload))));

    private static double ScoreIn(byte[] payload)
    {
        using var score = JsonDocument.Parse(payload);
        return score.RootElement.GetProperty("score").GetDouble();
    }
}
