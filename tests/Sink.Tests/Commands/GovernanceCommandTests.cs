using System.Text.Json;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Governance;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary><c>sink policy</c>, <c>sink contest</c> and <c>sink audit</c>: what the bodies and the operator type.</summary>
public sealed class GovernanceCommandTests
{
    private const string Configuration = """
        policy: policy.yaml
        governance: {keys: {operator: operator-public.pem, council: council-public.pem}}
        """;

    private readonly CommandRun _run = new CommandRun().With("policy.yaml", CommandRun.PolicyText).With("sink.yaml", Configuration).With("p-2026.4.yaml", Bodies.Complete);

    [Fact]
    public void A_policy_goes_from_its_draft_to_the_moment_at_which_it_is_refused_because_14_days_are_not_over()
    {
        KeyGen("operator");
        KeyGen("council");
        Assert.Equal(0, _run.Invoke("policy", "lint", "p-2026.4.yaml"));
        Assert.Contains("p-2026.4.yaml is complete: p-2026.4, 1 behaviours, sha256 ", _run.TakeOutput(), StringComparison.Ordinal);
        Assert.Equal(0, _run.Invoke("policy", "sign", "p-2026.4.yaml", "--role", "operator", "--key", "operator-key.pem"));
        Assert.Equal(0, Run("policy", "publish", "p-2026.4.yaml"));
        Assert.Contains("p-2026.4 is published. sha256 ", _run.Output, StringComparison.Ordinal);
        Assert.Contains("p-2026.4 is signed by operator.\n", _run.TakeOutput(), StringComparison.Ordinal);

        Assert.Equal(1, Run("policy", "activate", "p-2026.4"));
        Assert.Contains("p-2026.4 has 1 of 2 signatures that it needs: operator.", _run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, _run.Invoke("policy", "sign", "p-2026.4.yaml", "--role", "council", "--key", "council-key.pem"));
        Assert.Equal(0, Run("policy", "collect", "p-2026.4.yaml.council.sig"));
        Assert.Equal(1, Run("policy", "activate", "p-2026.4"));
        Assert.Contains("it can be in force 14 days later", _run.Errors, StringComparison.Ordinal);
        var on = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(15));
        Assert.Equal(0, Run("policy", "activate", "p-2026.4", "--on", $"{on:yyyy-MM-dd}"));

        _run.TakeOutput();
        Assert.Equal(0, Run("policy", "list"));
        Assert.Matches("^In force: p-2026.3, provisional\np-2026.4: published [0-9-]+, signed by operator, council\n$", _run.TakeOutput());
        Assert.Equal(0, Run("policy", "show", "p-2026.4", "--bytes"));
        Assert.Equal(Bodies.Complete, _run.TakeOutput());
        Assert.Equal(0, Run("policy", "show", "p-2026.4"));
        Assert.Contains($"in force from {on:yyyy-MM-dd} 00:00 UTC", _run.TakeOutput(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_is_the_policy_in_force_under_another_id()
    {
        KeyGen("operator");
        KeyGen("council");
        var draft = Path.Combine(_run.Folder, "draft.yaml");

        Assert.Equal(0, Run("policy", "new", "p-2027.1", "--from", "current", "--out", draft));
        Assert.Equal(CommandRun.PolicyText.Replace("p-2026.3", "p-2027.1", StringComparison.Ordinal), File.ReadAllText(draft));
        Assert.Equal(1, Run("policy", "new", "p-2027.1", "--out", draft));
        Assert.Equal(1, _run.Invoke("policy", "lint", "draft.yaml"));
        Assert.Contains("draft.yaml:6: behaviours.red_crossing.definition: Who is scored by it must be able to read what it is.", _run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_may_sign_is_not_signed_and_no_key_is_replaced()
    {
        KeyGen("council");
        Assert.Equal(1, _run.Invoke("policy", "keygen", "--role", "council", "--out", _run.Folder));
        _run.With("bad.yaml", Bodies.Complete.Replace("red_crossing", "begging", StringComparison.Ordinal)).With("council-other.pem", Bodies.PrivatePem(PolicyRole.Council));

        Assert.Equal(1, _run.Invoke("policy", "sign", "bad.yaml", "--role", "council", "--key", "council-key.pem"));
        Assert.Contains("begging is never scored", _run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_run.Folder, "bad.yaml.council.sig")));
        Assert.Equal(1, _run.Invoke("policy", "sign", "p-2026.4.yaml", "--role", "council", "--key", "nowhere.pem"));
        Assert.Contains("--key: nowhere.pem is not there.", _run.Errors, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_run.Folder, "council-key.pem")));
        Assert.NotEqual(0, _run.Invoke("policy", "sign", "p-2026.4.yaml", "--role", "mayor", "--key", "council-key.pem"));
    }

    [Fact]
    public void A_difference_is_said_in_words_and_as_json()
    {
        Assert.Equal(0, _run.Invoke("policy", "diff", "policy.yaml", "p-2026.4.yaml"));

        Assert.Equal("""
            From p-2026.3 to p-2026.4:
              epsilonCounts was inf, is 0.6
              permittedUses is new: Deciding where a crossing is rebuilt first.
              red_crossing: definition is new: Enters the carriageway more than 2.0 s after the signal turned red.
              red_crossing: source is new: Counted by hand at five crossings in May 2026.
              littering: sign is gone; it was bad
              littering: weight is gone; it was 8
              littering: reference is gone; it was 0.5
              yielded: sign is gone; it was good
              yielded: weight is gone; it was 10
              yielded: reference is gone; it was 30

            """, _run.TakeOutput());
        Assert.Equal(0, _run.Invoke("policy", "diff", "policy.yaml", "p-2026.4.yaml", "--json"));
        Assert.Equal(10, JsonDocument.Parse(_run.TakeOutput()).RootElement.GetProperty("differences").GetArrayLength());
        Assert.Equal(0, _run.Invoke("policy", "diff", "policy.yaml", "policy.yaml"));
        Assert.Equal("p-2026.3 and p-2026.3 score the same.\n", _run.TakeOutput());
    }

    [Fact]
    public void A_contest_is_worked_through_and_the_log_of_it_is_checked_by_anyone()
    {
        _run.With("sink.yaml", "policy: policy.yaml\n");
        using (var store = Store())
            new ContestDesk(store.Database, TimeProvider.System).Open("crossing-north", "red_crossing", ContestReason.CameraWrong, "Look:\u001b[2J shadows");

        Assert.Equal(0, Run("contest", "list"));
        Assert.Matches("^1: crossing-north, red_crossing, camera-wrong, opened [0-9-]+, 1 objections, open, next step due [0-9-]+ [0-9:]+ UTC\n$", _run.TakeOutput());
        Assert.Equal(1, Run("contest", "decide", "1", "uphold"));
        Assert.Equal(0, Run("contest", "acknowledge", "1"));
        Assert.Equal(0, Run("contest", "remeasure", "1", "--behaviour", "red_crossing", "--true-positives", "45", "--false-positives", "15", "--misses", "5"));
        _run.TakeOutput();
        Assert.Equal(0, Run("contest", "show", "1"));
        Assert.Contains("  red_crossing: 50 staged events, 45 seen, 5 missed, 15 wrongly seen; precision 0.750, recall 0.900, factor 0.833\n  \"Look: [2J shadows\"\n", _run.TakeOutput(), StringComparison.Ordinal);
        Assert.Equal(0, Run("contest", "decide", "1", "recalibrate", "--behaviour", "red_crossing"));
        Assert.Contains(", decided: recalibrate red_crossing\n", _run.TakeOutput(), StringComparison.Ordinal);
        Assert.Equal(0, Run("contest", "list"));
        Assert.Equal("", _run.TakeOutput());

        Assert.Equal(0, Run("audit", "export"));
        _run.With("audit.log", _run.TakeOutput());
        Assert.Equal(0, Run("audit", "verify"));
        var verdict = _run.TakeOutput();
        Assert.Matches("^5 lines, whole. head [0-9a-f]{64}\n$", verdict);
        Assert.Equal(0, _run.Invoke("audit", "verify", "--file", "audit.log", "--head", verdict.Trim()[^64..]));
        Assert.Equal(verdict, _run.TakeOutput());
        Assert.Equal(1, _run.Invoke("audit", "verify", "--file", "audit.log", "--head", new string('a', 64)));
        _run.With("audit.log", File.ReadAllText(Path.Combine(_run.Folder, "audit.log")).Replace("\"45\"", "\"49\"", StringComparison.Ordinal));
        Assert.Equal(1, _run.Invoke("audit", "verify", "--file", "audit.log"));
        Assert.Contains("Line 3 does not fit the line before, or it was changed. 2 lines before it are whole", _run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, Run("audit", "list", "--last", "2"));
        Assert.Equal(3, _run.TakeOutput().TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void What_contests_decided_counts_in_a_score_from_public_files_alone()
    {
        _run.With("rows.csv", CommandRun.RowsText).With("rulings.yaml", "recalibrated: [{zone: crossing-north, behaviour: red_crossing, factor: 0.5}]\ndisabled: [{zone: crossing-north, behaviour: littering}]\n");

        Assert.Equal(0, _run.Invoke("score", "--rows", "rows.csv", "--policy", "policy.yaml", "--rulings", "rulings.yaml", "--as-of", "2026-11-21", "--json"));

        var points = JsonDocument.Parse(_run.Output).RootElement[0].GetProperty("points");
        Assert.Equal(["red_crossing", "yielded"], points.EnumerateObject().Select(property => property.Name));
        Assert.Equal(2.4, points.GetProperty("red_crossing").GetDouble(), 1e-9);
    }

    [Fact]
    public void Days_that_are_restated_stand_in_the_log_with_what_was_before()
    {
        _run.With("sink.yaml", "policy: policy.yaml\n");
        using (var store = Store())
        {
            store.Ingest([RecordFixtures.Incoming(RecordFixtures.Record())]);
            store.Database.Run("UPDATE zone_day SET passages = 7");
        }

        Assert.Equal(0, Run("restate", "crossing-north", "--from", "2026-11-22", "--to", "2026-11-22"));
        Assert.Equal(0, Run("restate", "crossing-north", "--from", "2026-11-22", "--to", "2026-11-22"));

        using var changed = Store();
        var line = Assert.Single(new AuditTables(changed.Database).All());
        Assert.Equal(("rows-restated", "crossing-north"), (line.Kind, line.Subject));
        Assert.EndsWith(
            "\"detail\":{\"day\":\"2026-11-22\",\"before\":\"1 windows (1 released), 7 passages\",\"after\":\"1 windows (1 released), 200 passages\"}}",
            line.Line, StringComparison.Ordinal);
    }

    private void KeyGen(string role)
    {
        Assert.Equal(0, _run.Invoke("policy", "keygen", "--role", role, "--out", _run.Folder));
        _run.TakeOutput();
    }

    private int Run(params string[] arguments) => _run.Invoke([.. arguments, "--config", "sink.yaml"]);

    private SqliteEventStore Store() => new(Path.Combine(_run.Folder, "sink.db"));
}
