using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Governance;

/// <summary>Which policy a sink goes by, and what it says of it.</summary>
public sealed class PolicyInForceTests : IDisposable
{
    private static readonly DateTimeOffset Noon = RecordFixtures.Noon;

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly string _folder = TestPaths.NewFolder();
    private readonly SqliteEventStore _store;

    public PolicyInForceTests() => _store = new SqliteEventStore(Path.Combine(_folder, "sink.db"));

    [Fact]
    public void Without_governance_the_file_s_policy_is_in_force_and_with_it_only_until_one_is_activated()
    {
        Assert.Equal((PolicyState.Unsigned, "p-2026.3"), Look(Configuration("")));
        Assert.Equal((PolicyState.Provisional, "p-2026.3"), Look(Configuration(Keys(_folder))));
        Activate(_store, _time);

        Assert.Equal((PolicyState.Provisional, "p-2026.3"), Look(Configuration(Keys(_folder))));
        _time.SetUtcNow(Noon.AddDays(14));
        Assert.Equal((PolicyState.Signed, "p-2026.4"), Look(Configuration(Keys(_folder))));
        Assert.Equal((PolicyState.Unsigned, "p-2026.3"), Look(Configuration("")));
        _time.SetUtcNow(Noon.AddDays(14).AddMonths(12));
        Assert.Equal((PolicyState.Expired, "p-2026.4"), Look(Configuration(Keys(_folder))));
    }

    [Fact]
    public void A_policy_that_somebody_changed_in_the_store_is_passed_over_and_the_one_before_stays()
    {
        Activate(_store, _time);
        Activate(_store, _time, Bodies.Complete.Replace("p-2026.4", "p-2026.5", StringComparison.Ordinal));
        _time.SetUtcNow(Noon.AddDays(20));
        Assert.Equal((PolicyState.Signed, "p-2026.5"), Look(Configuration(Keys(_folder))));

        _store.Database.Run("UPDATE policy SET bytes = $1 WHERE id = 'p-2026.5'", Bodies.Bytes("id: p-2026.5\nbehaviours: {red_crossing: {sign: bad, weight: 1, reference: 4}}"));

        var standing = PolicyInForce.Of(Configuration(Keys(_folder)), _store, _time);
        Assert.Equal("p-2026.4", standing.File.Policy.Id);
        Assert.Equal("The bytes of p-2026.5 in the store are not those that were published: their sha256 is another.", Assert.Single(standing.Refused));
    }

    [Fact]
    public void The_activation_that_began_last_counts_whichever_was_decided_last()
    {
        Activate(_store, _time, Bodies.Complete.Replace("p-2026.4", "p-2026.6", StringComparison.Ordinal), days: 30);
        Activate(_store, _time);
        Activate(_store, _time, Bodies.Complete.Replace("p-2026.4", "p-2026.5", StringComparison.Ordinal));

        foreach (var (day, policy) in new[] { (13, "p-2026.3"), (14, "p-2026.5"), (29, "p-2026.5"), (30, "p-2026.6"), (60, "p-2026.6") })
        {
            _time.SetUtcNow(Noon.AddDays(day));
            Assert.Equal(policy, Look(Configuration(Keys(_folder))).Item2);
        }
    }

    [Theory]
    [InlineData(13, 400)]
    [InlineData(-400, 0)]
    public void An_activation_that_another_hand_wrote_has_no_more_force_than_one_that_was_decided(int starts, int ends)
    {
        Activate(_store, _time);
        _store.Database.Run("DELETE FROM policy_activation");
        new PolicyTables(_store.Database).Activate("p-2026.4", (Noon.AddDays(starts), Noon.AddDays(ends)), new(AuditKind.PolicyActivated, "p-2026.4", "operator", Noon));
        _time.SetUtcNow(Noon.AddDays(20));

        var standing = PolicyInForce.Of(Configuration(Keys(_folder)), _store, _time);

        Assert.Equal((PolicyState.Provisional, "p-2026.3"), (standing.State, standing.File.Policy.Id));
        Assert.Contains("it can be in force 14 days later", Assert.Single(standing.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public void No_hand_in_the_database_gives_a_policy_more_than_12_months()
    {
        Activate(_store, _time);
        _store.Database.Run("UPDATE policy_activation SET ends_at = $1", Noon.AddYears(50).ToUnixTimeMilliseconds());
        _time.SetUtcNow(Noon.AddDays(14).AddMonths(12).AddSeconds(-1));

        Assert.Equal((PolicyState.Signed, "p-2026.4"), Look(Configuration(Keys(_folder))));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((PolicyState.Expired, "p-2026.4"), Look(Configuration(Keys(_folder))));
        Assert.Equal(Noon.AddDays(14).AddMonths(12), PolicyInForce.Of(Configuration(Keys(_folder)), _store, _time).Activation!.Ends);
    }

    [Fact]
    public void A_key_that_is_replaced_in_the_configuration_takes_its_signature_with_it()
    {
        Activate(_store, _time);
        _time.SetUtcNow(Noon.AddDays(20));
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var governance = Keys(_folder);
        File.WriteAllText(Path.Combine(_folder, "council.pem"), other.ExportSubjectPublicKeyInfoPem());

        var standing = PolicyInForce.Of(Configuration(governance), _store, _time);

        Assert.Equal((PolicyState.Provisional, "p-2026.3"), (standing.State, standing.File.Policy.Id));
        Assert.StartsWith("p-2026.4 has 1 of 2 signatures", Assert.Single(standing.Refused), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("governance: {keys: {operator: operator.pem}}", "governance.keys: 1 bodies can sign; a policy needs 2.")]
    [InlineData("governance: {keys: {operator: operator.pem, council: operator.pem}}", "governance.keys.council: Another body has the same key.")]
    [InlineData("governance: {keys: {operator: operator.pem, mayor: council.pem}}", "governance.keys.mayor: No such body signs policies.")]
    [InlineData("governance: {keys: {operator: operator.pem, council: nowhere.pem}}", "governance.keys.council: nowhere.pem is no public key")]
    [InlineData("governance: {keys: {operator: operator.pem, council: private.pem}}", "governance.keys.council: private.pem is no public key")]
    public void Keys_that_cannot_make_a_quorum_are_refused(string governance, string expected)
    {
        Keys(_folder);
        File.WriteAllText(Path.Combine(_folder, "private.pem"), Bodies.PrivatePem(PolicyRole.Council));

        Assert.Contains(Read(governance).Faults, fault => fault.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_running_sink_takes_what_two_bodies_signed_at_its_moment_publishes_it_with_their_signatures_and_says_when_it_has_expired()
    {
        var time = new ShiftedTime(Noon.AddHours(30));
        await using var sink = await RunningSink.StartAsync(Keys(_folder), time: time);
        await using var device = await sink.DeviceAsync();
        await device.SubscribeAsync(Topics.ActivePolicy);
        await device.HearAsync(Topics.ActivePolicy, bytes => Encoding.UTF8.GetString(bytes) == RunningSink.Policy);
        Assert.Empty(device.PropertiesOf(Topics.ActivePolicy));
        using var client = new HttpClient { BaseAddress = sink.Address };
        Assert.Equal("provisional", await StateAsync(client));

        Activate(sink.Store, _time);
        time.Step = TimeSpan.FromDays(15);

        await device.HearAsync(Topics.ActivePolicy, bytes => Encoding.UTF8.GetString(bytes) == Bodies.Complete);
        var properties = device.PropertiesOf(Topics.ActivePolicy);
        Assert.Equal(["sig-operator", "sig-council"], properties.Keys);
        var parts = properties["sig-council"].Split('.');
        Assert.Equal(Bodies.Public.IdOf(PolicyRole.Council), parts[0]);
        Assert.True(Dsse.Verify(Bodies.Public.Find(PolicyRole.Council), PolicySignature.PayloadType, Bodies.Bytes(), parts[1]));
        Assert.Equal(Bodies.Complete, await client.GetStringAsync("/api/policy"));
        Assert.Equal("signed", await StateAsync(client));
        Assert.Contains("\"current\":true", await client.GetStringAsync("/api/policies"), StringComparison.Ordinal);
        sink.Store.Database.Run("UPDATE policy SET sha256 = 'x' || sha256");
        await Eventually.TrueAsync(async () => await StateAsync(client) == "provisional", "it is in force no more");
        Assert.DoesNotContain("\"current\":true", await client.GetStringAsync("/api/policies"), StringComparison.Ordinal);
        sink.Store.Database.Run("UPDATE policy SET sha256 = substr(sha256, 2)");
        await Eventually.TrueAsync(async () => await StateAsync(client) == "signed", "it is in force again");

        time.Step = TimeSpan.FromDays(400);
        await Eventually.TrueAsync(async () => await StateAsync(client) == "expired", "the policy has expired");
        Assert.Contains(new AuditTables(sink.Store.Database).All(), line => line is { Kind: "policy-expired", Subject: "p-2026.4" });
        Assert.Null(AuditChain.Verify(new AuditTables(sink.Store.Database).All()).Problem);
    }

    public void Dispose() => _store.Dispose();

    /// <summary>Published at noon, signed by two, in force so many days later.</summary>
    private static void Activate(IEventStore store, TimeProvider time, string policy = Bodies.Complete, int days = 14)
    {
        var desk = new PolicyDesk(new PolicyTables(store.Database), new AuditTables(store.Database), Bodies.Public, time, isDemo: false);
        var (published, faults) = desk.Publish(Bodies.Bytes(policy), "policy.yaml", "operator");
        Assert.Empty(faults);
        Assert.Null(desk.Sign(Bodies.Sign(PolicyRole.Operator, policy)));
        Assert.Null(desk.Sign(Bodies.Sign(PolicyRole.Council, policy)));
        Assert.Equal("", desk.Activate(published!.Id, Noon.AddDays(days), "operator").Fault);
    }

    /// <summary>The line of a configuration that names the bodies' keys, which are written into a folder.</summary>
    private static string Keys(string folder)
    {
        foreach (var role in Enum.GetValues<PolicyRole>())
            File.WriteAllText(Path.Combine(folder, $"{PolicyTables.WordOf(role)}.pem"), Bodies.PublicPem(role));
        return $"governance: {{keys: {{{string.Join(", ", Enum.GetValues<PolicyRole>().Select(role => $"{PolicyTables.WordOf(role)}: {folder}/{PolicyTables.WordOf(role)}.pem"))}}}}}";
    }

    private (PolicyState, string) Look(SinkConfiguration configuration)
    {
        var standing = PolicyInForce.Of(configuration, _store, _time);
        return (standing.State, standing.File.Policy.Id);
    }

    private SinkConfiguration Configuration(string governance)
    {
        var (configuration, faults) = Read(governance);
        Assert.Empty(faults);
        return configuration!;
    }

    private (SinkConfiguration? Configuration, IReadOnlyList<SocialCredit.Edge.Configuration.ConfigFault> Faults) Read(string governance)
    {
        File.WriteAllText(Path.Combine(_folder, "policy.yaml"), RunningSink.Policy);
        File.WriteAllText(Path.Combine(_folder, "sink.yaml"), "policy: policy.yaml\n" + governance);
        return SinkConfiguration.Read(Path.Combine(_folder, "sink.yaml"));
    }

    private static async Task<string?> StateAsync(HttpClient client) => (await client.GetFromJsonAsync<JsonElement>("/api/health")).GetProperty("policyState").GetString();
}
