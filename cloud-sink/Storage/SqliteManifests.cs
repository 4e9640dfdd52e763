using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Manifests and the keys of devices; the caller lets one write at a time.</summary>
internal sealed class SqliteManifests(SqliteConnection connection) : IDisposable
{
    // A device that makes new ones without end loses its own oldest and fills no disk.
    private const int KeptPerDeviceMax = 1000;

    private readonly SqliteStatement _pin = new(connection, "INSERT OR IGNORE INTO device_key VALUES ($1, $2, $3)");

    private readonly SqliteStatement _pinned = new(connection, "SELECT key_id FROM device_key WHERE device = $1");

    private readonly SqliteStatement _forget = new(connection, "DELETE FROM device_key WHERE device = $1");

    private readonly SqliteStatement _insert = new(connection,
        "INSERT OR IGNORE INTO manifest VALUES ($1, $2, $3, $4, $5, $6, 0)");

    private readonly SqliteStatement _arrive = new(connection,
        "UPDATE manifest SET arrival = (SELECT max(arrival) + 1 FROM manifest WHERE device = $1) WHERE device = $1 AND digest = $2");

    private readonly SqliteStatement _trim = new(connection,
        "DELETE FROM manifest WHERE device = $1 AND arrival <= (SELECT arrival FROM manifest WHERE device = $1 ORDER BY arrival DESC LIMIT 1 OFFSET $2)");

    public ManifestOutcome Keep(string device, SignedManifest manifest, DateTimeOffset receivedAt)
    {
        var at = receivedAt.ToUnixTimeMilliseconds();
        using var transaction = connection.BeginTransaction();
        _pin.Run(transaction, device, manifest.KeyId, at);
        using (var row = _pinned.Read(transaction, device))
        {
            row.Read();
            if (row.GetString(0) != manifest.KeyId)
                return ManifestOutcome.OtherKey;
        }

        var isNew = _insert.Run(
            transaction, device, manifest.Digest, manifest.Payload.ToArray(), manifest.Signature, manifest.KeyId, at) == 1;
        _arrive.Run(transaction, device, manifest.Digest);
        _trim.Run(transaction, device, KeptPerDeviceMax);
        transaction.Commit();
        return isNew ? ManifestOutcome.Stored : ManifestOutcome.Known;
    }

    public bool Forget(string device) => _forget.Run(null, device) == 1;

    /// <summary>On any connection: all of one device, newest first, or the newest of each.</summary>
    public static IReadOnlyList<StoredManifest> Of(SqliteConnection connection, string? device)
    {
        using var statement = new SqliteStatement(connection,
            "SELECT device, payload, signature, key_id, first_at FROM manifest AS one WHERE device = $1 "
            + "OR ($1 = '' AND arrival = (SELECT max(arrival) FROM manifest WHERE device = one.device)) ORDER BY device, arrival DESC");
        using var row = statement.Read(null, device ?? "");
        var manifests = new List<StoredManifest>();
        while (row.Read())
        {
            manifests.Add(new StoredManifest(
                row.GetString(0), new SignedManifest(row.GetFieldValue<byte[]>(1), row.GetString(2), row.GetString(3)),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))));
        }

        return manifests;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _pin, _pinned, _forget, _insert, _arrive, _trim })
            statement.Dispose();
    }
}
