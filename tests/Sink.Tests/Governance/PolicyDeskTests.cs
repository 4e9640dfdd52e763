using System.Text;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Governance;

/// <summary>The life of a policy, and each refusal with its reason.</summary>
public sealed class PolicyDeskTests : IDisposable
{
    private static readonly DateTimeOffset Published = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Published);
    private readonly SqliteEventStore _store = new(Path.Combine(TestPaths.NewFolder(), "sink.db"));
    private readonly PolicyTables _tables;
    private readonly PolicyDesk _desk;

    public PolicyDeskTests()
    {
        _tables = new PolicyTables(_store.Database);
        _desk = Desk();
    }

    [Fact]
    public void A_policy_that_two_of_three_signed_is_in_force_14_days_after_its_publication_for_12_months()
    {
        Publish();
        Assert.Null(_desk.Sign(Bodies.Sign(PolicyRole.Operator)));
        Assert.Null(_desk.Sign(Bodies.Sign(PolicyRole.CivilSociety)));

        var (activation, fault) = _desk.Activate("p-2026.4", Published.AddDays(14), "operator");

        Assert.Equal("", fault);
        Assert.Equal((Published.AddDays(14), Published.AddDays(14).AddMonths(12)), (activation!.Starts, activation.Ends));
        Assert.Equal([PolicyRole.Operator, PolicyRole.CivilSociety], _desk.SignersOf(_tables.Find("p-2026.4")!));
        var lines = new AuditTables(_store.Database).All().ToList();
        Assert.Equal(["policy-published", "policy-signed", "policy-signed", "policy-activated"], lines.Select(line => line.Kind));
        Assert.Contains("\"signed\":\"operator, civil_society\"", lines[^1].Line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_with_one_of_three_signatures_is_refused()
    {
        Publish();
        _desk.Sign(Bodies.Sign(PolicyRole.Council));
        Refused("p-2026.4 has 1 of 2 signatures that it needs: council.", "signatures");
    }

    [Fact]
    public void A_policy_without_a_signature_is_refused()
    {
        Publish();
        Refused("p-2026.4 has 0 of 2 signatures that it needs.", "signatures");
    }

    [Fact]
    public void The_same_role_twice_is_one_signature()
    {
        Publish();
        Assert.Null(_desk.Sign(Bodies.Sign(PolicyRole.Council)));
        Assert.Equal("council has signed p-2026.4 already.", _desk.Sign(Bodies.Sign(PolicyRole.Council)));
        Refused("p-2026.4 has 1 of 2 signatures", "signatures");
    }

    [Fact]
    public void A_key_signs_for_no_other_role()
    {
        Publish();
        Assert.Null(_desk.Sign(Bodies.Sign(PolicyRole.Operator)));

        var fault = _desk.Sign(Bodies.Sign(PolicyRole.Council, with: PolicyRole.Operator));

        Assert.Equal($"The signature is not by the key of council, {Bodies.Public.IdOf(PolicyRole.Council)}.", fault);
        Refused("p-2026.4 has 1 of 2 signatures", "signatures");
    }

    [Fact]
    public void A_signature_over_other_bytes_is_refused()
    {
        Publish();

        var fault = _desk.Sign(Bodies.Sign(PolicyRole.Council, Bodies.Complete.Replace("weight: 12", "weight: 2", StringComparison.Ordinal)));

        Assert.StartsWith("The signature of council is over other bytes than those that were published (sha256 ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody", "'of that name' is none of operator, council, civil_society.")]
    [InlineData("council", "The configuration names no key of council: governance.keys.council.")]
    public void A_signature_of_a_body_that_is_not_known_is_refused(string role, string expected)
    {
        var withoutKeys = Desk(RoleKeys.None);
        Publish();
        var signature = Bodies.Sign(PolicyRole.Council) with { Role = role == "nobody" ? "\u001b[2J" : role };

        Assert.Equal(expected, withoutKeys.Sign(signature));
        Assert.Equal("No policy of that name was published.", withoutKeys.Sign(signature with { Policy = "../p" }));
    }

    [Fact]
    public void An_activation_before_14_days_are_over_is_refused()
    {
        PublishSigned();
        _time.Advance(TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1));
        Refused("it can be in force 14 days later, from 2026-12-06 12:00 UTC on.", "too-early");

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("", _desk.Activate("p-2026.4", null, "operator").Fault);
    }

    [Fact]
    public void A_backdated_activation_is_refused()
    {
        PublishSigned();
        _time.Advance(TimeSpan.FromDays(20));
        Refused("2026-12-06 12:00 UTC is past: no policy was in force before that was decided.", "backdated", Published.AddDays(14));
    }

    [Fact]
    public void A_policy_whose_12_months_are_over_is_refused()
    {
        PublishSigned();
        _time.Advance(TimeSpan.FromDays(14));
        Assert.Equal("", _desk.Activate("p-2026.4", null, "operator").Fault);
        _time.Advance(TimeSpan.FromDays(100));
        var again = _desk.Activate("p-2026.4", null, "operator");
        Assert.Equal(Published.AddDays(14).AddMonths(12), again.Activation!.Ends);

        _time.Advance(TimeSpan.FromDays(265));
        Refused("p-2026.4 was first activated 12 months before, until 2027-12-06 12:00 UTC: publish it under another id", "expired");
    }

    [Fact]
    public void A_policy_that_lay_for_12_months_is_refused()
    {
        PublishSigned();
        Refused("p-2026.4 was published on 2026-11-22, more than 12 months before", "expired", Published.AddMonths(12).AddDays(1));
    }

    [Fact]
    public void The_12_months_run_from_the_earliest_beginning_in_whichever_order_beginnings_were_decided()
    {
        PublishSigned();
        Assert.Equal("", _desk.Activate("p-2026.4", Published.AddMonths(12), "operator").Fault);

        var (earlier, fault) = _desk.Activate("p-2026.4", Published.AddDays(14), "operator");

        Assert.Equal("", fault);
        Assert.Equal(Published.AddDays(14).AddMonths(12), earlier!.Ends);
        _time.Advance(TimeSpan.FromDays(14 + 366));
        Refused("p-2026.4 was first activated 12 months before, until 2027-12-06 12:00 UTC", "expired");
    }

    [Theory]
    [InlineData("9999-12-31T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    public void A_beginning_at_the_end_of_time_is_refused_like_any_other(string starts)
    {
        PublishSigned();
        Refused("p-2026.4 was published on 2026-11-22, more than 12 months before", "expired", DateTimeOffset.Parse(starts, System.Globalization.CultureInfo.InvariantCulture));
        Refused("is past: no policy was in force before that was decided.", "backdated", DateTimeOffset.MinValue);
        Assert.Equal("No policy of that name was published; sink policy list names those that were.", _desk.Activate("p\0", null, "operator").Fault);
    }

    [Fact]
    public void Bytes_that_somebody_changed_in_the_store_are_refused()
    {
        PublishSigned();
        _time.Advance(TimeSpan.FromDays(20));
        var other = Bodies.Bytes(Bodies.Complete.Replace("weight: 12", "weight: 13", StringComparison.Ordinal));
        _store.Database.Run("UPDATE policy SET bytes = $1", other);
        Refused("The bytes of p-2026.4 in the store are not those that were published: their sha256 is another.", "changed");

        // Whoever changes both still has no signatures over them.
        _store.Database.Run("UPDATE policy SET sha256 = $1", PolicySignature.Sha256Of(other));
        Refused("p-2026.4 has 0 of 2 signatures that it needs.", "signatures");
    }

    [Fact]
    public void A_demonstration_waits_for_no_date_but_for_signatures()
    {
        var demo = new PolicyDesk(_tables, new AuditTables(_store.Database), Bodies.Public, _time, isDemo: true);
        Publish();
        Assert.StartsWith("p-2026.4 has 0 of 2", demo.Activate("p-2026.4", null, "operator").Fault, StringComparison.Ordinal);
        demo.Sign(Bodies.Sign(PolicyRole.Operator));
        demo.Sign(Bodies.Sign(PolicyRole.Council));
        Assert.Equal("", demo.Activate("p-2026.4", null, "operator").Fault);
    }

    [Fact]
    public void What_was_published_never_changes()
    {
        Publish();

        var (policy, faults) = _desk.Publish(Bodies.Bytes(Bodies.Complete + "\n# more"), "policy.yaml", "operator");

        Assert.Null(policy);
        Assert.Equal("policy.yaml: id: p-2026.4 was published already, on 2026-11-22. What was published never changes: give this one another id.", Assert.Single(faults));
        Assert.Equal("No policy p-9 was published; sink policy list names those that were.", _desk.Activate("p-9", null, "operator").Fault);
    }

    [Theory]
    [InlineData("red_crossing:", "loitering:", "behaviours.loitering: loitering is never scored")]
    [InlineData("red_crossing:", "crowding:", "behaviours.crowding: It is observed for running the place and never scored.")]
    [InlineData("red_crossing:", "assistance:", "behaviours.assistance: It switches an output on the spot")]
    [InlineData("definition: Enters the carriageway more than 2.0 s after the signal turned red.", "definition: Red", "behaviours.red_crossing.definition: Who is scored by it must be able to read what it is.")]
    [InlineData("    source: Counted by hand at five crossings in May 2026.", "", "behaviours.red_crossing.source: It is not said where weight and reference come from.")]
    [InlineData("permittedUses: [Deciding where a crossing is rebuilt first.]", "", "permittedUses: A policy says in words what its scores may be used for.")]
    [InlineData("weight: 12", "weight: 26", "behaviours.red_crossing.weight: 26 is not above 0 and at most 25")]
    [InlineData("weight: 12", "weight: 0", "behaviours.red_crossing.weight: 0 is not above 0 and at most 25")]
    [InlineData("reference: 4", "reference: 1001", "behaviours.red_crossing.reference: 1001 per 1,000 passages cannot be")]
    [InlineData("id: p-2026.4", "id: p-2026.4\nepsilonCounts: inf", "epsilonCounts: The devices' noise has epsilon 0.6")]
    [InlineData("id: p-2026.4", "id: p-2026.4\nhalfLifeDays: 6", "halfLifeDays: 6 is not between 7 and 365.")]
    [InlineData("id: p-2026.4", "id: p-2026.4\nzones: {mosque-gate: [red_crossing]}", "no such place is ever scored")]
    public void What_no_signature_makes_valid_is_not_even_published(string part, string other, string expected)
    {
        var (policy, faults) = _desk.Publish(Bodies.Bytes(Bodies.Complete.Replace(part, other, StringComparison.Ordinal)), "policy.yaml", "operator");

        Assert.Null(policy);
        Assert.Contains(faults, fault => fault.Contains(expected, StringComparison.Ordinal));
        Assert.Empty(_tables.All());
    }

    [Fact]
    public void A_signature_counts_once_however_often_it_stands_there()
    {
        var signed = Bodies.Sign(PolicyRole.Council);
        var stored = new StoredSignature("p-2026.4", PolicyRole.Council, signed.Keyid, signed.Sig, Published);

        Assert.Equal([PolicyRole.Council], Bodies.Public.Signers(Bodies.Bytes(), [stored, stored]));
    }

    [Fact]
    public void A_policy_that_devices_have_no_room_for_is_not_published()
    {
        var (policy, faults) = _desk.Publish(Bodies.Bytes(Bodies.Complete + "\n#" + new string('x', 65536)), "policy.yaml", "operator");

        Assert.Null(policy);
        Assert.Contains("devices take 65536", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_s_file_is_read_as_it_was_written_and_nothing_else_is_one()
    {
        var signature = Bodies.Sign(PolicyRole.Council);

        Assert.Equal(signature, PolicySignature.TryRead(Encoding.UTF8.GetBytes(signature.ToFile())));
        foreach (var other in new[] { "", "null", "[]", "{}", "{\"policy\":null,\"sha256\":\"\",\"role\":\"\",\"keyid\":\"\",\"sig\":\"\"}", signature.ToFile()[..40] })
            Assert.Null(PolicySignature.TryRead(Encoding.UTF8.GetBytes(other)));
    }

    public void Dispose() => _store.Dispose();

    private PolicyDesk Desk(RoleKeys? keys = null) => new(_tables, new AuditTables(_store.Database), keys ?? Bodies.Public, _time, isDemo: false);

    private void Publish()
    {
        var (policy, faults) = _desk.Publish(Bodies.Bytes(), "policy.yaml", "operator");
        Assert.Empty(faults);
        Assert.Equal("p-2026.4", policy!.Id);
    }

    private void PublishSigned()
    {
        Publish();
        Assert.Null(_desk.Sign(Bodies.Sign(PolicyRole.Operator)));
        Assert.Null(_desk.Sign(Bodies.Sign(PolicyRole.Council)));
    }

    private void Refused(string sentence, string word, DateTimeOffset? starts = null)
    {
        var before = _tables.Activations().Count;

        Assert.Contains(sentence, _desk.Activate("p-2026.4", starts, "operator").Fault, StringComparison.Ordinal);

        Assert.Equal(before, _tables.Activations().Count);
        Assert.EndsWith($"\"kind\":\"policy-refused\",\"subject\":\"p-2026.4\",\"by\":\"sink\",\"detail\":{{\"reason\":\"{word}\"}}}}", new AuditTables(_store.Database).Newest(1)[0].Line, StringComparison.Ordinal);
    }
}
