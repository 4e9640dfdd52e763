using System.Data.Common;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>What every store has to do with policies, contests and the audit log; as <see cref="EventStoreContract"/>.</summary>
public abstract class GovernanceStoreContract : IDisposable
{
    private static readonly DateTimeOffset Noon = RecordFixtures.Noon;

    private readonly FakeTimeProvider _time = new(Noon);
    private IEventStore? _opened;

    private IEventStore Store => _opened ??= OpenEmpty();

    private AuditTables Audit => new(Store.Database);

    private PolicyTables Policies => new(Store.Database);

    private ContestDesk Desk => new(Store.Database, _time);

    /// <summary>Opens a new store.</summary>
    protected abstract IEventStore OpenEmpty();

    [Fact]
    public void Lines_of_the_audit_log_are_numbered_and_bound_to_each_other()
    {
        var first = Audit.Append(new(AuditKind.DeviceApproved, "camera-1", "operator", Noon) { Detail = [("zones", "crossing-north")] });
        var second = Audit.Append(new(AuditKind.DeviceRevoked, "camera-1", "operator", Noon.AddHours(1)));

        Assert.Equal("""{"number":1,"at":"2026-11-22T12:00:00.000Z","kind":"device-approved","subject":"camera-1","by":"operator","detail":{"zones":"crossing-north"}}""", first.Line);
        Assert.Equal(AuditLine.HashOf(new string('0', 64), first.Line), first.Hash);
        Assert.Equal(AuditLine.HashOf(first.Hash, second.Line), second.Hash);
        Assert.Equal([first, second], Audit.All());
        Assert.Equal([second, first], Audit.Newest(2));
        Assert.Equal((2, second.Hash), Audit.Head());
        Assert.Equal(new AuditVerdict(2, second.Hash, null, null), AuditChain.Verify(Audit.All(), first.Hash));
    }

    [Theory]
    [InlineData("UPDATE audit SET line = line || ' ' WHERE number = 1")]
    [InlineData("UPDATE audit SET subject = 'camera-2'")]
    [InlineData("DELETE FROM audit WHERE number = 2")]
    public void The_database_refuses_to_change_or_delete_a_line(string sql)
    {
        Audit.Append(new(AuditKind.DeviceApproved, "camera-1", "operator", Noon));
        Audit.Append(new(AuditKind.DeviceRevoked, "camera-1", "operator", Noon));

        var refused = Assert.ThrowsAny<DbException>(() => Store.Database.Run(sql));

        Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
        Assert.Null(AuditChain.Verify(Audit.All()).Problem);
        Assert.Equal(2, Audit.Head().Number);
    }

    [Fact]
    public void Lines_that_many_append_at_once_make_one_chain()
    {
        var store = Store;
        Parallel.For(0, 4, writer =>
        {
            for (var i = 0; i < 10; i++)
                new AuditTables(store.Database).Append(new(AuditKind.DeviceApproved, $"camera-{writer}", "operator", Noon));
        });

        Assert.Equal((40, null), (AuditChain.Verify(Audit.All()).Lines, AuditChain.Verify(Audit.All()).Problem));
    }

    [Fact]
    public void What_is_said_again_is_no_news()
    {
        AuditEntry Said(string hash) => new(AuditKind.CalibrationChanged, "file", "operator", Noon) { Detail = [("sha256", hash)] };

        Assert.NotNull(Audit.AppendNews(Said("a")));
        Assert.Null(Audit.AppendNews(Said("a") with { At = Noon.AddDays(1) }));
        Assert.NotNull(Audit.AppendNews(Said("b")));
        Assert.NotNull(Audit.AppendNews(Said("a")));
        Assert.Equal(3, Audit.Head().Number);
    }

    [Fact]
    public void A_change_that_fails_leaves_no_line()
    {
        Assert.Throws<InvalidOperationException>(() => Store.Database.Change<int>(turn =>
        {
            AuditTables.Append(turn, new(AuditKind.DeviceApproved, "camera-1", "operator", Noon));
            throw new InvalidOperationException();
        }));

        Assert.Equal((0, new string('0', 64)), Audit.Head());
    }

    [Fact]
    public void A_policy_is_kept_with_its_exact_bytes_and_never_changed()
    {
        var policy = new StoredPolicy("p-1", Encoding.UTF8.GetBytes("id: p-1   # \u2713\n"), new string('a', 64), Noon);
        AuditEntry Said() => new(AuditKind.PolicyPublished, "p-1", "operator", Noon);

        Assert.True(Policies.Publish(policy, Said()));
        Assert.False(Policies.Publish(policy with { Bytes = "other"u8.ToArray() }, Said()));

        var kept = Policies.Find("p-1")!;
        Assert.Equal(policy.Bytes.ToArray(), kept.Bytes.ToArray());
        Assert.Equal(policy with { Bytes = kept.Bytes }, kept);
        Assert.Equal(["p-1"], Policies.All().Select(each => each.Id));
        Assert.Null(Policies.Find("p-2"));
        Assert.Equal(1, Audit.Head().Number);
    }

    [Fact]
    public void A_role_signs_once_and_again_only_under_another_key()
    {
        bool Sign(string key, string signature) => Policies.Sign(new("p-1", PolicyRole.Council, key, signature, Noon), new(AuditKind.PolicySigned, "p-1", "council", Noon));

        Assert.True(Sign("key-1", "one"));
        Assert.False(Sign("key-1", "two"));
        Assert.True(Sign("key-2", "three"));

        Assert.Equal([new StoredSignature("p-1", PolicyRole.Council, "key-2", "three", Noon)], Policies.Signatures("p-1"));
        Assert.Equal(2, Audit.Head().Number);
    }

    [Fact]
    public void Activations_are_kept_in_the_order_in_which_they_were_decided()
    {
        void Activate(string id, int day) => Policies.Activate(id, (Noon.AddDays(day), Noon.AddDays(365)), new(AuditKind.PolicyActivated, id, "operator", Noon));

        Activate("p-1", 0);
        Activate("p-2", 20);
        Activate("p-1", 10);

        Assert.Equal([(3L, "p-1"), (2, "p-2"), (1, "p-1")], Policies.Activations().Select(activation => (activation.Number, activation.Policy)));
        Assert.Equal(Noon.AddDays(10), Policies.Activations()[0].Starts);
    }

    [Fact]
    public void A_key_of_a_role_that_changes_stands_in_the_audit_log()
    {
        Policies.NoteKey(PolicyRole.Council, "key-1", Noon);
        Policies.NoteKey(PolicyRole.Council, "key-1", Noon);
        Policies.NoteKey(PolicyRole.Council, "key-2", Noon);
        Policies.NoteKey(PolicyRole.Council, null, Noon);

        Assert.Equal(["key-added", "key-removed", "key-added", "key-removed"], Audit.All().Select(line => line.Kind));
        Assert.All(Audit.All(), line => Assert.Equal("council", line.Subject));
    }

    [Fact]
    public void A_contest_is_kept_with_all_that_was_measured_and_decided()
    {
        var (receipt, number, _) = Desk.Open("crossing-north", null, ContestReason.CameraWrong, "At night it counts shadows.");
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(Desk.Acknowledge(number, "operator"));
        Assert.Null(Desk.Remeasure(number, new("red_crossing", 45, 15, 5), "operator"));
        Assert.Null(Desk.Remeasure(number, new("littering", 50, 0, 0), "operator"));
        Assert.Equal(["At night it counts shadows."], Desk.Words(number));
        Assert.Null(Desk.Decide(number, new(ContestOutcome.Exclude, From: new(2026, 11, 1), To: new(2026, 11, 3)), "operator"));

        var kept = Desk.Find(receipt!.ToLowerInvariant().Replace('0', 'o'))!;
        Assert.Equivalent(
            new Contest
            {
                Number = 1,
                Zone = "crossing-north",
                Reason = ContestReason.CameraWrong,
                OpenedAt = Noon,
                AcknowledgedAt = Noon.AddDays(1),
                RemeasuredAt = Noon.AddDays(1),
                DecidedAt = Noon.AddDays(1),
                Ruling = new(ContestOutcome.Exclude, null, new(2026, 11, 1), new(2026, 11, 3)),
                Measures = [new("littering", 50, 0, 0), new("red_crossing", 45, 15, 5)],
                Objections = 1,
            }, kept, strict: true);
        Assert.Empty(Desk.Words(number));
        Assert.Equivalent(kept, Assert.Single(Desk.List("crossing-north")), strict: true);
        Assert.Empty(Desk.List("plaza-south"));
        Assert.Empty(Desk.List(after: 1));
    }

    [Fact]
    public void Who_objects_to_the_same_joins_the_contest_that_there_is()
    {
        var one = Desk.Open("crossing-north", "red_crossing", ContestReason.CameraWrong, "one");
        var two = Desk.Open("crossing-north", "red_crossing", ContestReason.CameraWrong, null);
        var other = Desk.Open("crossing-north", null, ContestReason.CameraWrong, " ");

        Assert.Equal((1L, 1L, 2L), (one.Number, two.Number, other.Number));
        Assert.NotEqual(one.Receipt, two.Receipt);
        Assert.Equal((2, 1), (Desk.Find(two.Receipt!)!.Objections, Desk.Find(other.Receipt!)!.Objections));
        Assert.Equal(["one"], Desk.Words(1));
        Assert.Equal(2, Audit.Head().Number);
    }

    public void Dispose()
    {
        _opened?.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteGovernanceStoreTests : GovernanceStoreContract
{
    protected override IEventStore OpenEmpty() => new SqliteEventStore(Path.Combine(SocialCredit.Edge.Tests.TestPaths.NewFolder(), "store.db"));
}
