using System.Data.Common;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Keys and certificates for machines, on every engine. Of a key only its hash is kept.</summary>
internal sealed class KeyTables(Database database)
{
    /// <summary>Keeps a new one and says so in the audit log; false where its name is taken.</summary>
    public bool Add(ApiKey key) => database.Change(turn =>
    {
        var isNew = turn.Run(
            "INSERT INTO api_key (id, kind, hash, scopes, added_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            key.Id, (int)key.Kind, key.Hash, string.Join(',', key.Scopes), key.AddedAt.ToUnixTimeMilliseconds(), key.ExpiresAt.ToUnixTimeMilliseconds()) == 1;
        if (isNew)
            AuditTables.Append(turn, new AuditEntry(AuditKind.KeyAdded, key.Id, "operator", key.AddedAt) { Detail = [("scopes", string.Join(' ', key.Scopes)), ("sha256", key.Hash)] });
        return isNew;
    });

    /// <summary>Forgets one and says so in the audit log; false where there is none of this name.</summary>
    public bool Remove(string id, DateTimeOffset now) => database.Change(turn =>
    {
        var wasThere = turn.Run("DELETE FROM api_key WHERE id = $1", id) == 1;
        if (wasThere)
            AuditTables.Append(turn, new AuditEntry(AuditKind.KeyRemoved, id, "operator", now));
        return wasThere;
    });

    /// <summary>All, by name, those that have expired too.</summary>
    public IReadOnlyList<ApiKey> All() =>
        database.Read("SELECT id, kind, hash, scopes, added_at, expires_at FROM api_key ORDER BY id", Of);

    private static ApiKey Of(DbDataReader row) => new(
        row.GetString(0), (ApiKeyKind)row.GetInt64(1), row.GetString(2), row.GetString(3).Split(','),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)));
}

/// <param name="Id">Its name, [a-z0-9-]: of a machine or a role, never of a person.</param>
/// <param name="Kind">What is shown.</param>
/// <param name="Hash">SHA-256 of the key, or of the certificate's public key (SubjectPublicKeyInfo), hexadecimal.</param>
/// <param name="Scopes">What it may: <see cref="Read"/>, <see cref="Operate"/>.</param>
/// <param name="AddedAt">When.</param>
/// <param name="ExpiresAt">From then on it counts no more.</param>
internal sealed record ApiKey(string Id, ApiKeyKind Kind, string Hash, IReadOnlyList<string> Scopes, DateTimeOffset AddedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>An allowance of its own for what everybody may read.</summary>
    public const string Read = "read";

    /// <summary>May write what operators write.</summary>
    public const string Operate = "operate";
}

internal enum ApiKeyKind
{
    Secret = 0,
    Certificate = 1,
}
