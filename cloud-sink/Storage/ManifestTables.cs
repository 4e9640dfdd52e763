using System.Data.Common;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Manifests and the keys of devices.</summary>
internal sealed class ManifestTables(Database database)
{
    // A device that makes new ones without end loses its own oldest and fills no disk.
    private const int KeptPerDeviceMax = 1000;

    private const string Columns = "device, payload, signature, key_id, first_at";

    public ManifestOutcome Keep(string device, SignedManifest manifest, DateTimeOffset receivedAt) => database.Change(turn =>
    {
        var at = receivedAt.ToUnixTimeMilliseconds();
        turn.Run("INSERT INTO device_key VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", device, manifest.KeyId, at);
        if (turn.Read("SELECT key_id FROM device_key WHERE device = $1", row => row.GetString(0), device)[0] != manifest.KeyId)
            return ManifestOutcome.OtherKey;
        var isNew = turn.Run(
            "INSERT INTO manifest VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT DO NOTHING",
            device, manifest.Digest, manifest.Payload.ToArray(), manifest.Signature, manifest.KeyId, at) == 1;
        turn.Run("UPDATE manifest SET arrival = (SELECT max(arrival) + 1 FROM manifest WHERE device = $1) WHERE device = $1 AND digest = $2", device, manifest.Digest);
        turn.Run(
            "DELETE FROM manifest WHERE device = $1 AND arrival <= (SELECT arrival FROM manifest WHERE device = $1 ORDER BY arrival DESC LIMIT 1 OFFSET $2)",
            device, KeptPerDeviceMax);
        return isNew ? ManifestOutcome.Stored : ManifestOutcome.Known;
    });

    public bool Forget(string device) => database.Run("DELETE FROM device_key WHERE device = $1", device) == 1;

    /// <summary>All of one device, newest first.</summary>
    public IReadOnlyList<StoredManifest> Of(string device) => database.Read($"SELECT {Columns} FROM manifest WHERE device = $1 ORDER BY arrival DESC", StoredOf, device);

    /// <summary>Those in force of the next devices by name.</summary>
    public IReadOnlyList<StoredManifest> InForce(string after, int limit) => database.Read(
        $"SELECT {Columns} FROM manifest AS one WHERE device > $1 AND arrival = (SELECT max(arrival) FROM manifest WHERE device = one.device) ORDER BY device LIMIT $2",
        StoredOf, after, limit);

    private static StoredManifest StoredOf(DbDataReader row) => new(
        row.GetString(0), new SignedManifest(row.GetFieldValue<byte[]>(1), row.GetString(2), row.GetString(3)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)));
}
