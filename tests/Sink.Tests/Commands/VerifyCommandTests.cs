using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Serving;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary>An outsider computes every published score again, from public files alone.</summary>
public sealed class VerifyCommandTests
{
    private const string Policy = """
        id: p-2026.3
        behaviours:
          red_crossing: {sign: bad, weight: 12, reference: 4.0}
          waited_on_red: {sign: good, weight: 10, reference: 30}
        """;

    private static readonly DateOnly First = new(2026, 11, 1);

    [Fact]
    public void Every_published_score_comes_out_of_the_public_files()
    {
        var run = Exported();

        Assert.Equal(0, run.Invoke("verify", run.Folder + "/public"));

        Assert.Equal("40 published scores of 2 zones under p-2026.3: all come out of the public rows.\n", run.Output);
        Assert.Equal(
            ["calibration.yaml", "policy.yaml", "rows-2026-W44.csv", "rows-2026-W45.csv", "rows-2026-W46.csv", "rows-2026-W47.csv", "rulings.yaml",
             "scores-2026-W44.csv", "scores-2026-W45.csv", "scores-2026-W46.csv", "scores-2026-W47.csv"],
            Directory.GetFiles(run.Folder + "/public").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("rows-2026-W45.csv", "crossing-north,2026-11-04,1,1,200,", "crossing-north,2026-11-04,1,1,201,", "crossing-north 2026-11-04: the score ")]
    [InlineData("rows-2026-W46.csv", "crossing-north,2026-11-11,1,1,200,", null, "crossing-north 2026-11-11: the score ")]
    [InlineData("policy.yaml", "weight: 12", "weight: 12.001", "crossing-north 2026-11-01: the score ")]
    [InlineData("calibration.yaml", "{}", "crossing-north: {red_crossing: 0.99}", "crossing-north 2026-11-01: the score ")]
    [InlineData("rulings.yaml", "excluded: []", "excluded:\n  - {zone: plaza-south, from: 2026-11-09, to: 2026-11-09}", "plaza-south 2026-11-09: the score ")]
    public void What_was_changed_by_anybody_is_named_at_the_first_day_that_it_touches(string file, string text, string? instead, string message)
    {
        var run = Exported();
        Change(run, file, text, instead);

        Assert.Equal(1, run.Invoke("verify", run.Folder + "/public"));

        Assert.Contains(message, run.Errors.Split('\n')[0], StringComparison.Ordinal);
        Assert.StartsWith("scores-2026-W4", run.Errors.Replace("public/", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("do not come out of the public rows", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 2e-9, "the score")]
    [InlineData(5, -2e-9, "the half-width")]
    public void A_score_that_is_off_by_two_billionths_is_seen_and_one_that_is_off_by_half_of_one_is_rounding(int column, double off, string what)
    {
        var run = Exported();
        var path = Path.Combine(run.Folder, "public", "scores-2026-W46.csv");
        var lines = File.ReadAllLines(path);
        var cells = lines[3].Split(',');
        var number = double.Parse(cells[column], CultureInfo.InvariantCulture);

        Assert.Equal(1, Verify(number + off));
        Assert.Contains($": {what} ", run.Errors.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("1 do not come out", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, Verify(number + off / 4));

        int Verify(double changed)
        {
            cells[column] = changed.ToString("R", CultureInfo.InvariantCulture);
            lines[3] = string.Join(',', cells);
            File.WriteAllLines(path, lines);
            return run.Invoke("verify", run.Folder + "/public");
        }
    }

    [Fact]
    public void Of_a_day_with_revisions_the_last_one_counts()
    {
        var run = Exported(late: true);

        Assert.Equal(0, run.Invoke("verify", run.Folder + "/public"));

        Assert.Contains(",2,", string.Concat(File.ReadLines(run.Folder + "/public/scores-2026-W47.csv")), StringComparison.Ordinal);
        Assert.Contains("late records", File.ReadAllText(run.Folder + "/public/scores-2026-W47.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anyone_verifies_a_running_sink_over_http()
    {
        await using var sink = await ServedSink.StartAsync(TestCity.Fill, policy: CityPolicy, policyBytes: CityPolicyText);
        var run = new CommandRun();

        Assert.True(run.Invoke("verify", "--sink", sink.Address.ToString()) == 0, run.Errors);

        Assert.Equal("8 published scores of 8 zones under p-2026.3: all come out of the public rows.\n", run.Output);
    }

    [Fact]
    public void Nothing_to_look_at_is_no_proof()
    {
        var run = Exported();
        foreach (var scores in Directory.GetFiles(run.Folder + "/public", "scores-*"))
            File.Delete(scores);

        Assert.Equal(1, run.Invoke("verify", run.Folder + "/public"));

        Assert.Contains("there is no published score under p-2026.3; nothing was verified.", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Give either a folder or --sink.", "verify")]
    [InlineData("is no address", "verify", "--sink", "scores")]
    [InlineData("--megabytes: at least 1.", "verify", "--sink", "http://127.0.0.1", "--megabytes", "0")]
    [InlineData("--minutes: more than 0", "verify", "--sink", "http://127.0.0.1", "--minutes", "NaN")]
    [InlineData("--reason: 1 to 100 characters", "recompute", "--reason", "=HYPERLINK(A1)")]
    [InlineData("--reason: 1 to 100 characters", "recompute", "--reason", "one\nmore")]
    [InlineData("Give either --zone or --weekly.", "export")]
    public void Wrong_use_is_said(string message, params string[] arguments)
    {
        var run = new CommandRun();

        Assert.NotEqual(0, run.Invoke(arguments));

        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recomputation_says_what_it_would_change_and_keeps_the_older_score()
    {
        var first = TwentyDaysAgo;
        var run = Exported(first: first);
        run.With("cal.yaml", "crossing-north: {red_crossing: 0.5}\n").With("sink.yaml", "policy: policy.yaml\ncalibration: cal.yaml\n").TakeOutput();

        Assert.Equal(0, run.Invoke("recompute", "--dry-run", "--config", "sink.yaml"));
        Assert.EndsWith("2 zones: 0 days would be added, 20 would get a revision.\n", run.TakeOutput(), StringComparison.Ordinal);
        Assert.Equal(0, run.Invoke("recompute", "--zone", "crossing-north", "--reason", "a new staged test", "--config", "sink.yaml"));
        Assert.EndsWith("1 zones: 0 days were added, 20 got a revision.\n", run.TakeOutput(), StringComparison.Ordinal);
        Assert.Equal(0, run.Invoke("recompute", "--config", "sink.yaml"));
        Assert.EndsWith("2 zones: 0 days were added, 0 got a revision.\n", run.TakeOutput(), StringComparison.Ordinal);

        using var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db"));
        Assert.Equal([(1, "first"), (2, "a new staged test")], new ScoreTables(store.Database).Days("crossing-north", first, first).Select(day => (day.Revision, day.Reason)));
    }

    [Fact]
    public void All_of_history_can_be_computed_under_another_policy_without_being_the_score()
    {
        var first = TwentyDaysAgo;
        var run = Exported(first: first);
        run.With("next.yaml", Policy.Replace("p-2026.3", "p-2026.4", StringComparison.Ordinal)).TakeOutput();

        Assert.Equal(1, run.Invoke("recompute", "--policy", "policy.yaml", "--config", "sink.yaml"));
        Assert.Equal(0, run.Invoke("recompute", "--policy", "next.yaml", "--from", $"{first:yyyy-MM-dd}", "--config", "sink.yaml"));

        using var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db"));
        var days = new ScoreTables(store.Database).Days("crossing-north", first, first.AddDays(400)).ToLookup(day => day.Score.Policy);
        Assert.All(days["p-2026.4"], day => Assert.True(day.IsShadow));
        Assert.Equal(days["p-2026.3"].Select(day => day.Score.Score), days["p-2026.4"].Select(day => day.Score.Score));
    }

    /// <summary>Two zones of twenty nights, and what is public of them.</summary>
    internal static CommandRun Exported(bool late = false, DateOnly? first = null)
    {
        var run = new CommandRun().With("policy.yaml", Policy).With("sink.yaml", "policy: policy.yaml\n");
        using (var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db")))
        {
            var (configuration, _) = SinkConfiguration.Read(Path.Combine(run.Folder, "sink.yaml"));
            var time = new FakeTimeProvider();
            var keeping = new ScoreKeeping(store, Sink.Commands.StoreRules.Of(configuration!, store), time);
            uint sequence = 0;
            for (var night = 0; night < 20; night++)
            {
                store.Ingest([
                    .. new[] { "crossing-north", "plaza-south" }.Select(zone => RecordFixtures.Incoming(
                        RecordFixtures.Record(zone, sequence: ++sequence, red: night % 4) with { Start = At(first, night).AddHours(12) }))]);
                if (late && night == 19)
                    store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record(sequence: ++sequence, red: 50) with { Start = At(first, 15).AddHours(13) })]);
                time.SetUtcNow(At(first, night + 1).AddHours(1));
                keeping.KeepAll();
            }
        }

        Assert.Equal(0, run.Invoke("export", "--weekly", run.Folder + "/public", "--config", "sink.yaml"));
        Assert.Matches("^[34] weeks are in ", run.TakeOutput());
        return run;
    }

    // What a command does by itself it does as of the last day that is over by the machine's clock.
    private static DateOnly TwentyDaysAgo => ScoreKeeping.ClosedAt(TimeProvider.System.GetUtcNow()).AddDays(-19);

    private static DateTimeOffset At(DateOnly? first, int night) => new((first ?? First).AddDays(night).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static void Change(CommandRun run, string file, string text, string? instead)
    {
        var path = Path.Combine(run.Folder, "public", file);
        var before = File.ReadAllText(path);
        Assert.Contains(text, before, StringComparison.Ordinal);
        File.WriteAllText(path, instead is null
            ? string.Join('\n', before.Split('\n').Where(line => !line.StartsWith(text, StringComparison.Ordinal)))
            : before.Replace(text, instead, StringComparison.Ordinal));
    }

    private static string CityPolicyText => "id: p-2026.3\nbehaviours:\n" + string.Concat(TestCity.Policy.Behaviours.Select(pair => string.Create(
        CultureInfo.InvariantCulture, $"  {pair.Key}: {{sign: {pair.Value.Sign.ToString().ToLowerInvariant()}, weight: {pair.Value.Weight}, reference: {pair.Value.Reference}}}\n")));

    private static Policy CityPolicy => PolicyReader.Parse(System.Text.Encoding.UTF8.GetBytes(CityPolicyText), "policy.yaml").File!.Policy;
}
