using System.Data.Common;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Who signs a policy; each is another body.</summary>
internal enum PolicyRole : byte
{
    Operator,
    Council,
    CivilSociety,
}

/// <summary>A published policy.</summary>
/// <param name="Id">Its version; never published twice.</param>
/// <param name="Bytes">Exactly as published.</param>
/// <param name="Sha256">Of the bytes, hexadecimal.</param>
/// <param name="PublishedAt">When.</param>
internal sealed record StoredPolicy(string Id, ReadOnlyMemory<byte> Bytes, string Sha256, DateTimeOffset PublishedAt);

/// <summary>A signature over a published policy's exact bytes.</summary>
/// <param name="Policy">Its id.</param>
/// <param name="Role">Whose; one for each role.</param>
/// <param name="KeyId">See <see cref="Contract.Dsse.KeyId"/>.</param>
/// <param name="Signature">In base64.</param>
/// <param name="TakenAt">When this sink took it.</param>
internal sealed record StoredSignature(string Policy, PolicyRole Role, string KeyId, string Signature, DateTimeOffset TakenAt);

/// <summary>That a policy is in force from a moment on, until its end or until another is.</summary>
/// <param name="Number">1 for the first; of two that start at the same moment the higher counts.</param>
/// <param name="Policy">Its id.</param>
/// <param name="Starts">From when.</param>
/// <param name="Ends">After it the policy has expired.</param>
/// <param name="DecidedAt">When it was decided.</param>
internal sealed record PolicyActivation(long Number, string Policy, DateTimeOffset Starts, DateTimeOffset Ends, DateTimeOffset DecidedAt);

/// <summary>Policies, their signatures and when each is in force. Policies and activations are added and never changed.</summary>
internal sealed class PolicyTables(Database database)
{
    private const string PolicyColumns = "id, bytes, sha256, published_at";
    private const string ActivationColumns = "number, policy, starts_at, ends_at, decided_at";

    /// <summary>All, the newest first.</summary>
    public IReadOnlyList<StoredPolicy> All() => database.Read($"SELECT {PolicyColumns} FROM policy ORDER BY published_at DESC, id", PolicyOf);

    /// <summary>Null where it was never published.</summary>
    public StoredPolicy? Find(string id) => database.Read($"SELECT {PolicyColumns} FROM policy WHERE id = $1", PolicyOf, id).SingleOrDefault();

    /// <summary>The signatures of a policy, by role.</summary>
    public IReadOnlyList<StoredSignature> Signatures(string policy) => database.Read(
        "SELECT policy, role, key_id, signature, taken_at FROM policy_signature WHERE policy = $1 ORDER BY role",
        row => new StoredSignature(row.GetString(0), (PolicyRole)row.GetInt64(1), row.GetString(2), row.GetString(3), Time(row, 4)), policy);

    /// <summary>All, the last decided first.</summary>
    public IReadOnlyList<PolicyActivation> Activations() =>
        database.Read($"SELECT {ActivationColumns} FROM policy_activation ORDER BY number DESC", ActivationOf);

    /// <returns>False where the id is taken.</returns>
    public bool Publish(StoredPolicy policy, AuditEntry audit) => database.Change(turn => Said(turn, audit, turn.Run(
        $"INSERT INTO policy ({PolicyColumns}) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        policy.Id, policy.Bytes.ToArray(), policy.Sha256, policy.PublishedAt.ToUnixTimeMilliseconds())));

    /// <summary>Keeps the signature of a role. One under another key replaces it: the old key may have been lost.</summary>
    /// <returns>False where this key has signed already.</returns>
    public bool Sign(StoredSignature signature, AuditEntry audit) => database.Change(turn => Said(turn, audit, turn.Run(
        "INSERT INTO policy_signature (policy, role, key_id, signature, taken_at) VALUES ($1, $2, $3, $4, $5) "
        + "ON CONFLICT (policy, role) DO UPDATE SET key_id = $3, signature = $4, taken_at = $5 WHERE policy_signature.key_id <> $3",
        signature.Policy, (long)signature.Role, signature.KeyId, signature.Signature, signature.TakenAt.ToUnixTimeMilliseconds())));

    /// <summary>Decides that a policy is in force from a moment on.</summary>
    public PolicyActivation Activate(string policy, (DateTimeOffset Starts, DateTimeOffset Ends) term, AuditEntry audit) => database.Change(turn =>
    {
        var last = turn.Read("SELECT coalesce(max(number), 0) FROM policy_activation", row => row.GetInt64(0))[0];
        turn.Run($"INSERT INTO policy_activation ({ActivationColumns}) VALUES ($1, $2, $3, $4, $5)",
            last + 1, policy, term.Starts.ToUnixTimeMilliseconds(), term.Ends.ToUnixTimeMilliseconds(), audit.At.ToUnixTimeMilliseconds());
        AuditTables.Append(turn, audit);
        return new PolicyActivation(last + 1, policy, term.Starts, term.Ends, audit.At);
    });

    /// <summary>Notes the key of a role as the configuration has it, and in the audit log if it is another than before.</summary>
    /// <param name="role">Whose.</param>
    /// <param name="keyId">Null where the role has no key.</param>
    /// <param name="at">When it was seen.</param>
    public void NoteKey(PolicyRole role, string? keyId, DateTimeOffset at) => database.Change(turn =>
    {
        var before = turn.Read("SELECT key_id FROM policy_role_key WHERE role = $1", row => row.GetString(0), (long)role).SingleOrDefault();
        if (before == keyId)
            return false;
        turn.Run("DELETE FROM policy_role_key WHERE role = $1", (long)role);
        if (before is not null)
            AuditTables.Append(turn, Key(AuditKind.KeyRemoved, before));
        if (keyId is not null)
        {
            turn.Run("INSERT INTO policy_role_key (role, key_id) VALUES ($1, $2)", (long)role, keyId);
            AuditTables.Append(turn, Key(AuditKind.KeyAdded, keyId));
        }

        return true;

        AuditEntry Key(AuditKind kind, string id) => new(kind, WordOf(role), "operator", at) { Detail = [("key", id)] };
    });

    /// <summary>The role as files and lines write it: <c>civil_society</c>.</summary>
    public static string WordOf(PolicyRole role) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString());

    private static bool Said(Database.Turn turn, AuditEntry audit, int rows)
    {
        if (rows == 1)
            AuditTables.Append(turn, audit);
        return rows == 1;
    }

    private static StoredPolicy PolicyOf(DbDataReader row) => new(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetString(2), Time(row, 3));

    private static PolicyActivation ActivationOf(DbDataReader row) => new(row.GetInt64(0), row.GetString(1), Time(row, 2), Time(row, 3), Time(row, 4));

    private static DateTimeOffset Time(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
