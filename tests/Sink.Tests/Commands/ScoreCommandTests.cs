using System.Text.Json;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Commands;

public sealed class ScoreCommandTests
{
    private static readonly string[] Score = ["score", "--rows", "rows.csv", "--policy", "policy.yaml", "--as-of", "2026-11-21"];

    [Fact]
    public void Public_files_alone_give_the_score_as_json()
    {
        var run = Run(CommandRun.RowsText);

        Assert.Equal(0, run.Invoke([.. Score, "--json"]));

        var zone = JsonDocument.Parse(run.Output).RootElement[0];
        Assert.Equal(["zone", "score", "halfWidth", "grade", "points"], zone.EnumerateObject().Select(property => property.Name));
        Assert.Equal("crossing-north", zone.GetProperty("zone").GetString());
        Assert.Equal(52.4, zone.GetProperty("score").GetDouble(), 1e-9);
        Assert.Equal(1.645 * Math.Sqrt(13.896), zone.GetProperty("halfWidth").GetDouble(), 1e-9);
        Assert.Equal("C", zone.GetProperty("grade").GetString());
        Assert.Equal(-4.8, zone.GetProperty("points").GetProperty("red_crossing").GetDouble(), 1e-9);
        Assert.Equal("", run.Errors);
    }

    [Fact]
    public void The_order_of_the_lines_and_columns_does_not_change_a_byte()
    {
        var one = Run("""
            zone,date,windows,released,passages,red_crossing,littering,yielded
            crossing-north,2026-11-19,24,20,7913,51,3,301
            crossing-north,2026-11-20,24,21,8107,-2,5,377
            crossing-north,2026-11-21,24,20,8000,48,2,360
            plaza-south,2026-11-21,24,24,900,4,1,12
            """);
        var other = Run("""
            date,zone,yielded,red_crossing,littering,passages,released,windows
            2026-11-21,plaza-south,12,4,1,900,24,24
            2026-11-21,crossing-north,360,48,2,8000,20,24
            2026-11-19,crossing-north,301,51,3,7913,20,24
            2026-11-20,crossing-north,377,-2,5,8107,21,24
            """);

        Assert.Equal(0, one.Invoke([.. Score, "--json"]));
        Assert.Equal(0, other.Invoke([.. Score, "--json"]));

        Assert.Equal(one.Output, other.Output);
    }

    [Fact]
    public void A_table_is_printed_for_people()
    {
        var run = Run(CommandRun.RowsText);

        Assert.Equal(0, run.Invoke(Score));

        Assert.Equal("""
            zone            grade  score  +- (90 %)  as of 2026-11-21
            crossing-north  C       52.4        6.1

            """, run.Output);
    }

    [Fact]
    public void The_calibration_counts()
    {
        var run = Run(CommandRun.RowsText).With("cal.yaml", "crossing-north: {red_crossing: 0.5, yielded: 1.25}\n");

        Assert.Equal(0, run.Invoke([.. Score, "--calibration", "cal.yaml", "--json"]));

        // red: D = 24, mu = 4 + 0.8 * (3 - 4) = 3.2, +2.4; yielded: D = 450, mu = 30 + 0.8 * 26.25 = 51, +7.
        var points = JsonDocument.Parse(run.Output).RootElement[0].GetProperty("points");
        Assert.Equal(2.4, points.GetProperty("red_crossing").GetDouble(), 1e-9);
        Assert.Equal(7, points.GetProperty("yielded").GetDouble(), 1e-9);
    }

    [Fact]
    public void A_missing_column_and_an_empty_cell_are_not_measured()
    {
        var run = Run("zone,date,windows,released,passages,red_crossing,littering\ncrossing-north,2026-11-21,24,20,8000,48,\n");

        Assert.Equal(0, run.Invoke([.. Score, "--json"]));

        var points = JsonDocument.Parse(run.Output).RootElement[0].GetProperty("points");
        Assert.Equal(["red_crossing"], points.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void Rows_of_a_stranger_cannot_speak_to_the_terminal()
    {
        var run = Run($"zone,date,windows,released,passages\n\u001b[2J\u009b31m,2026-11-21,24,20,8000\n{new string('x', 5000)},2026-11-21,24,20,8000\n");

        Assert.NotEqual(0, run.Invoke(Score));

        Assert.Contains("rows.csv:2: zone: \"?[2J?31m\" is no name of a zone", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Errors, c => char.IsControl(c) && c != '\n');
        Assert.InRange(run.Errors.Length, 1, 1000);
    }

    [Fact]
    public void A_column_that_the_policy_does_not_name_is_said_to_be_ignored()
    {
        var run = Run("zone,date,windows,released,passages,tailgating\ncrossing-north,2026-11-21,24,20,8000,48\n");

        Assert.Equal(0, run.Invoke(Score));

        Assert.Equal("rows.csv:1: tailgating: not scored, policy p-2026.3 does not name it\n", run.Errors);
    }

    [Theory]
    [InlineData("", "rows.csv:1: the file is empty; its first line is zone,date,windows,released,passages and the behaviours")]
    [InlineData("zone,date,windows,released,red_crossing\n", "rows.csv:1: passages: the column is missing; values are separated by commas")]
    [InlineData("zone,date,windows,released,passages,red_crosing\n", "rows.csv:1: red_crosing: no such column and no such behaviour")]
    [InlineData("zone,date,windows,released,passages,zone\n", "rows.csv:1: zone: the column stands there twice")]
    [InlineData("H\nabc,2026-11-21,24,20,8000\n", "rows.csv:2: 5 values where the first line has 6 columns")]
    [InlineData("H\nA b,2026-11-21,24,20,8000,1\n", "rows.csv:2: zone: \"A b\" is no name of a zone: 3 to 32 of a-z, 0-9 and -")]
    [InlineData("H\nabc,21.11.2026,24,20,8000,1\n", "rows.csv:2: date: \"21.11.2026\" is no day between 2000-01-01 and 2199-12-31")]
    [InlineData("H\nabc,2026-11-21,24,25,8000,1\n", "rows.csv:2: released: 25 of 24 windows cannot have been released")]
    [InlineData("H\nabc,2026-11-21,24,20,-5,1\n", "rows.csv:2: passages: -5 is not between 0 and 1000000000000")]
    [InlineData("H\nabc,2026-11-21,24,20,80.5,1\n", "rows.csv:2: passages: \"80.5\" is no whole number")]
    [InlineData("H\nabc,2026-11-21,24,0,80,0\n", "rows.csv:2: passages: 80 without a released window")]
    [InlineData("H\nabc,2026-11-21,24,0,0,-1\n", "rows.csv:2: red_crossing: -1 without a released window")]
    [InlineData("H\nabc,2026-11-21,24,20,80,1\n\nabc,2026-11-21,24,20,80,1\n", "rows.csv:4: date: abc has this day in line 2 already")]
    [InlineData("H\nabc,2026-11-21,24,20,80,\"1\"2\n", "rows.csv:2: a quotation mark stands where none belongs")]
    public void A_fault_in_the_rows_is_named_with_line_and_column(string rows, string message)
    {
        var run = Run(rows.Replace("H\n", "zone,date,windows,released,passages,red_crossing\n", StringComparison.Ordinal));

        Assert.Equal(1, run.Invoke(Score));

        Assert.Contains(message + "\n", run.Errors, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("loitering: {sign: bad, weight: 1, reference: 1}", "policy.yaml:3: behaviours.loitering: loitering is never scored")]
    [InlineData("person_age: {sign: bad, weight: 1, reference: 1}", "policy.yaml:3: behaviours.person_age: age is never scored")]
    [InlineData("crowding: {sign: bad, weight: 1, reference: 1}", "policy.yaml:3: behaviours.crowding: It is observed for running the place and never scored.")]
    [InlineData("passage: {sign: good, weight: 1, reference: 1}", "policy.yaml:3: behaviours.passage: It counts passages")]
    [InlineData("yielded: {sign: bad, weight: 1, reference: 1}", "policy.yaml:3: behaviours.yielded: The catalogue defines it as good.")]
    [InlineData("jaywalking: {sign: bad, weight: 1, reference: 1}", "policy.yaml:3: behaviours.jaywalking: The catalogue has no such behaviour.")]
    [InlineData("speeding: {sign: bad, weight: 1, reference: 0}", "policy.yaml:3: behaviours.speeding.reference: ")]
    [InlineData("speeding: {sign: bad, weight: -1, reference: 1}", "policy.yaml:3: behaviours.speeding.weight: ")]
    public void A_fault_in_the_policy_is_named_with_line_and_key(string behaviour, string message)
    {
        var run = Run(CommandRun.RowsText).With("policy.yaml", $"id: p-1\nbehaviours:\n  {behaviour}\n");

        Assert.Equal(1, run.Invoke(Score));

        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_word_that_no_policy_may_score_is_refused()
    {
        string[] words =
        [
            "presence", "loitering", "sleeping", "begging", "assembly", "dress", "religion", "age", "sex", "race", "gait", "emotion",
            "identity",
        ];
        var lines = string.Concat(words.Select(word => $"  {word}: {{sign: bad, weight: 1, reference: 1}}\n"));
        var run = Run(CommandRun.RowsText).With("policy.yaml", $"id: p-1\nbehaviours:\n{lines}");

        Assert.Equal(1, run.Invoke(Score));

        Assert.Equal(words.Length, run.Errors.Split("is never scored").Length - 1);
    }

    [Fact]
    public void An_observed_behaviour_is_refused_as_devices_refuse_it_whatever_its_weight()
    {
        var run = Run(CommandRun.RowsText).With("policy.yaml", CommandRun.PolicyText + "\n  crowding: {sign: bad, weight: 0, reference: 1}\n");

        Assert.Equal(1, run.Invoke(Score));
        Assert.Equal("policy.yaml:9: behaviours.crowding: It is observed for running the place and never scored. Remove it; no device takes a policy that names it.\n", run.Errors);
    }

    [Theory]
    [InlineData("Crossing: {red_crossing: 1}", "cal.yaml:1: Crossing: This is no name of a zone.")]
    [InlineData("crossing-north: {red: 1}", "cal.yaml:1: crossing-north.red: The catalogue has no such behaviour.")]
    [InlineData("crossing-north: {red_crossing: 0}", "cal.yaml:1: crossing-north.red_crossing: 0 is not a factor.")]
    [InlineData("crossing-north: {red_crossing: .nan}", "cal.yaml:1: crossing-north.red_crossing: ")]
    public void A_fault_in_the_calibration_is_named_with_line_and_key(string line, string message)
    {
        var run = Run(CommandRun.RowsText).With("cal.yaml", line + "\n");

        Assert.Equal(1, run.Invoke([.. Score, "--calibration", "cal.yaml"]));

        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zone_without_rows_is_named_with_those_that_have_some()
    {
        var run = Run(CommandRun.RowsText);

        Assert.Equal(1, run.Invoke([.. Score, "--zone", "plaza-south"]));

        Assert.Equal("--zone: there are no rows of plaza-south; there are crossing-north.\n", run.Errors);
    }

    [Theory]
    [InlineData("--rows needs --policy", "score", "--rows", "rows.csv")]
    [InlineData("\"22.11.2026\" is no day between", "score", "--as-of", "22.11.2026")]
    public void Wrong_use_is_said_before_anything_is_read(string message, params string[] arguments)
    {
        var run = Run(CommandRun.RowsText);

        Assert.NotEqual(0, run.Invoke(arguments));

        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_there_are_named()
    {
        var run = new CommandRun();

        Assert.Equal(1, run.Invoke("score", "--rows", "no-rows.csv", "--policy", "no-policy.yaml"));

        Assert.Contains("no-rows.csv: cannot be read", run.Errors, StringComparison.Ordinal);
        Assert.Contains("no-policy.yaml", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sink_that_never_ran_has_no_store_to_score_from()
    {
        var run = Run(CommandRun.RowsText).With("sink.yaml", "policy: policy.yaml\n");

        Assert.Equal(1, run.Invoke("score", "--zone", "crossing-north", "--config", "sink.yaml"));

        Assert.Contains("sink.db is not there yet; start \"sink run\" first", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_names_the_calibration_unless_another_is_given()
    {
        var run = Run(CommandRun.RowsText).With("sink.yaml", "policy: policy.yaml\ncalibration: cal.yaml\n")
            .With("cal.yaml", "crossing-north: {red_crossing: 0.5}\n").With("other.yaml", "crossing-north: {red_crossing: 2}\n");
        string[] fromStore = ["score", "--as-of", "2026-11-22", "--config", "sink.yaml", "--json"];
        using (var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db")))
            store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record())]);

        Assert.Equal(0, run.Invoke(fromStore));
        var named = run.TakeOutput();
        Assert.Equal(0, run.Invoke([.. fromStore, "--calibration", "cal.yaml"]));
        var given = run.TakeOutput();
        Assert.Equal(0, run.Invoke([.. fromStore, "--calibration", "other.yaml"]));

        Assert.Equal(named, given);
        Assert.NotEqual(named, run.TakeOutput());
    }

    [Fact]
    public void A_record_that_comes_twice_changes_nothing_and_the_store_scores_as_its_rows_do()
    {
        var run = Run(CommandRun.RowsText).With("sink.yaml", "policy: policy.yaml\n");
        var records = Enumerable.Range(0, 20).Select(hour => RecordFixtures.Incoming(RecordFixtures.Record(hour: -hour, sequence: (uint)hour + 1, red: hour % 3))).ToList();
        string[] fromStore = ["score", "--zone", "crossing-north", "--as-of", "2026-11-22", "--config", "sink.yaml", "--json"];

        using (var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db")))
            store.Ingest(records);
        Assert.Equal(0, run.Invoke(fromStore));
        var once = run.TakeOutput();
        using (var store = new SqliteEventStore(Path.Combine(run.Folder, "sink.db")))
            store.Ingest([.. Enumerable.Reverse(records)]);
        Assert.Equal(0, run.Invoke(fromStore));

        // 13 hours of the 22nd with 12 red crossings, 7 of the 21st with 7, all with 200 passages; the policy does not name waited_on_red.
        Assert.Equal(once, run.TakeOutput());
        var rows = "zone,date,windows,released,passages,red_crossing\ncrossing-north,2026-11-22,13,13,2600,12\ncrossing-north,2026-11-21,7,7,1400,7\n";
        Assert.Equal(0, run.With("rows.csv", rows).Invoke("score", "--rows", "rows.csv", "--policy", "policy.yaml", "--as-of", "2026-11-22", "--json"));
        Assert.Equal(once, run.TakeOutput());
    }

    [Fact]
    public void Explain_says_it_in_words()
    {
        var run = Run(CommandRun.RowsText);

        Assert.Equal(0, run.Invoke(["explain", .. Score[1..]]));

        Assert.StartsWith("crossing-north\n  C (52.4 +- 6.1): red crossing 5.6 per 1,000 against 4.0 (-4.8); ", run.Output, StringComparison.Ordinal);
        Assert.Contains("  Rests on 8.0 thousand passages", run.Output, StringComparison.Ordinal);
        Assert.Contains("83 % of the windows were released; policy p-2026.3; as of 2026-11-21.", run.Output, StringComparison.Ordinal);
        Assert.Contains("B from 55: 2.6 points more", run.Output, StringComparison.Ordinal);
        Assert.Contains("Any one passage changes the odds of any published number by at most e (2.7)", run.Output, StringComparison.Ordinal);
    }

    private static CommandRun Run(string rows) => new CommandRun().With("rows.csv", rows).With("policy.yaml", CommandRun.PolicyText);
}
