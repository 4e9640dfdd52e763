using System.Globalization;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>
/// The life of a policy: published, signed by two of three bodies, in force 14 days after its publication at the earliest, for 12 months.
/// Every refusal is a sentence for whoever asked and a line of the audit log.
/// </summary>
/// <param name="tables">Where it is kept.</param>
/// <param name="audit">For what is refused.</param>
/// <param name="keys">Of the bodies that sign.</param>
/// <param name="time">Says when.</param>
/// <param name="isDemo">A demonstration waits for no date.</param>
internal sealed class PolicyDesk(PolicyTables tables, AuditTables audit, RoleKeys keys, TimeProvider time, bool isDemo)
{
    /// <summary>The desk of a sink; without a configuration no signature holds.</summary>
    public static PolicyDesk Of(SinkConfiguration? configuration, IEventStore store, TimeProvider time) => new(
        new PolicyTables(store.Database), new AuditTables(store.Database), configuration?.Keys ?? RoleKeys.None, time,
        configuration?.Options.Profile == PrivacyProfile.Demo);

    /// <summary>Publishes exact bytes; from now on anyone can read them, and the 14 days run.</summary>
    /// <param name="bytes">Of the policy's file.</param>
    /// <param name="fileName">What faults name.</param>
    /// <param name="by">A role or the id of a key, never a name.</param>
    /// <returns>The policy, or every reason why not.</returns>
    public (StoredPolicy? Policy, IReadOnlyList<string> Faults) Publish(byte[] bytes, string fileName, string by)
    {
        var (file, faults) = PolicyReader.ParseForPublication(bytes, fileName, isDemo);
        if (file is null)
            return (null, [.. faults.Select(fault => fault.ToString())]);
        var id = file.Policy.Id;
        var policy = new StoredPolicy(id, bytes, PolicySignature.Sha256Of(bytes), time.GetUtcNow());
        return tables.Publish(policy, Entry(AuditKind.PolicyPublished, id, by, ("sha256", policy.Sha256)))
            ? (policy, [])
            : (null, [$"{fileName}: id: {id} was published already, on {tables.Find(id)!.PublishedAt:yyyy-MM-dd}. What was published never changes: give this one another id."]);
    }

    /// <summary>Takes a body's signature over a published policy.</summary>
    /// <param name="signature">As its file has it.</param>
    /// <returns>Null, or why not.</returns>
    public string? Sign(PolicySignature signature)
    {
        var id = signature.Policy;
        if (Published(id) is not { } policy)
            return $"No policy {Shown(id)} was published.";
        if (PolicySignature.RoleOf(signature.Role) is not { } role)
            return Refuse(id, "role", $"'{Shown(signature.Role)}' is none of operator, council, civil_society.");
        var word = PolicyTables.WordOf(role);
        if (keys.Find(role) is not { } key)
            return Refuse(id, "no-key", $"The configuration names no key of {word}: governance.keys.{word}.");
        if (!Dsse.Verify(key, PolicySignature.PayloadType, policy.Bytes.Span, signature.Sig))
        {
            return Refuse(id, "signature", signature.Sha256 == policy.Sha256
                ? $"The signature is not by the key of {word}, {Dsse.KeyId(key)}."
                : $"The signature of {word} is over other bytes than those that were published (sha256 {policy.Sha256}).");
        }

        var stored = new StoredSignature(id, role, Dsse.KeyId(key), signature.Sig, time.GetUtcNow());
        return tables.Sign(stored, Entry(AuditKind.PolicySigned, id, word, ("role", word), ("key", stored.KeyId), ("sha256", policy.Sha256)))
            ? null
            : $"{word} has signed {id} already.";
    }

    /// <summary>Decides that a policy is in force from a moment on.</summary>
    /// <param name="id">Of a published policy.</param>
    /// <param name="starts">Null for now.</param>
    /// <param name="by">A role or the id of a key, never a name.</param>
    /// <returns>What was decided, or why not.</returns>
    public (PolicyActivation? Activation, string Fault) Activate(string id, DateTimeOffset? starts, string by)
    {
        if (Published(id) is not { } policy)
            return (null, $"No policy {Shown(id)} was published; sink policy list names those that were.");
        var now = time.GetUtcNow();
        var from = starts ?? now;
        var before = tables.Activations().Where(activation => activation.Policy == id).ToList();
        // The 12 months run from the earliest beginning, in whichever order beginnings were decided: else one far away would buy a second year.
        var first = before.Count > 0 && before.Min(activation => activation.Starts) is var begun && begun < from ? begun : from;
        if ((WhyUnfit(policy) ?? WhyStale(policy, first)) is { } unfit)
            return (null, Refuse(id, unfit.Word, unfit.Sentence));
        var ends = first.AddMonths(PolicyTerms.Months);
        if (WhyNot(policy, (from, ends), now) is { } refusal)
            return (null, Refuse(id, refusal.Word, refusal.Sentence));
        var entry = Entry(AuditKind.PolicyActivated, id, by, ("starts", Text(from)), ("ends", Text(ends)), ("sha256", policy.Sha256), ("signed", Words(SignersOf(policy))));
        return (tables.Activate(id, (from, ends), entry), "");
    }

    /// <summary>The bodies whose signatures over the policy's bytes hold, under the keys in force.</summary>
    public IReadOnlyList<PolicyRole> SignersOf(StoredPolicy policy) => keys.Signers(policy.Bytes.Span, tables.Signatures(policy.Id));

    /// <summary>Why the bytes of the store must not be in force, whatever was decided; null where they may.</summary>
    public (string Word, string Sentence)? WhyUnfit(StoredPolicy policy)
    {
        if (PolicySignature.Sha256Of(policy.Bytes.Span) != policy.Sha256)
            return ("changed", $"The bytes of {policy.Id} in the store are not those that were published: their sha256 is another.");
        var (file, faults) = PolicyReader.Parse(policy.Bytes.ToArray(), policy.Id);
        if (file is null)
            return ("lint", faults[0].ToString());
        var signers = SignersOf(policy);
        return signers.Count < PolicyTerms.Quorum
            ? ("signatures", $"{policy.Id} has {signers.Count} of {PolicyTerms.Quorum} signatures that it needs{(signers.Count > 0 ? $": {Words(signers)}" : "")}. Who signs: sink policy sign, then sink policy collect.")
            : null;
    }

    private (string Word, string Sentence)? WhyNot(StoredPolicy policy, (DateTimeOffset Starts, DateTimeOffset Ends) term, DateTimeOffset now)
    {
        if (term.Starts < now)
            return ("backdated", $"{Text(term.Starts)} is past: no policy was in force before that was decided.");
        if (term.Ends <= term.Starts)
            return ("expired", $"{policy.Id} was first activated {PolicyTerms.Months} months before, until {Text(term.Ends)}: publish it under another id, to be signed anew.");
        return WhyEarly(policy, term.Starts);
    }

    /// <summary>Why a policy must not be in force from this moment on: not everybody has had the time to read it. Null where it may.</summary>
    public (string Word, string Sentence)? WhyEarly(StoredPolicy policy, DateTimeOffset starts) => starts - policy.PublishedAt < PolicyTerms.Notice && !isDemo
        ? ("too-early", $"{policy.Id} was published on {Text(policy.PublishedAt)}: it can be in force {PolicyTerms.Notice.Days} days later, from {Text(policy.PublishedAt + PolicyTerms.Notice)} on.")
        : null;

    // What is no id is not even looked for: a database takes not every letter.
    private StoredPolicy? Published(string id) => Names.IsVersion(id) ? tables.Find(id) : null;

    // What was signed so long ago may be meant no longer.
    private static (string Word, string Sentence)? WhyStale(StoredPolicy policy, DateTimeOffset starts) => starts > policy.PublishedAt.AddMonths(PolicyTerms.Months)
        ? ("expired", $"{policy.Id} was published on {policy.PublishedAt:yyyy-MM-dd}, more than {PolicyTerms.Months} months before: publish it under another id, to be signed anew.")
        : null;

    private string Refuse(string id, string word, string sentence)
    {
        audit.Append(Entry(AuditKind.PolicyRefused, id, "sink", ("reason", word)));
        return sentence;
    }

    private AuditEntry Entry(AuditKind kind, string id, string by, params (string, string)[] detail) => new(kind, id, by, time.GetUtcNow()) { Detail = detail };

    private static string Words(IEnumerable<PolicyRole> roles) => string.Join(", ", roles.Select(PolicyTables.WordOf));

    private static string Text(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    // What stands in a file of somebody else's must not speak to a terminal.
    private static string Shown(string text) => Names.IsVersion(text) ? text : "of that name";
}
