using System.Data.Common;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// Who is who: devices, their keys and their certificates. A part of <see cref="IEventStore"/>: every call may be made from any thread and
/// beside other processes, and what was changed survives a loss of power.
/// </summary>
public sealed class DeviceTables(Database database)
{
    // A device that changes without end loses its own oldest and fills no disk.
    private const int HistoryPerDeviceMax = 1000;

    private const string DeviceColumns =
        "device, version, state, since, site, zones, asked_site, asked_zones, claim_hash, claim_until, wrong_claims, public_key";

    private const string Known = "SELECT device FROM device UNION SELECT device FROM manifest UNION SELECT device FROM sequence_range";

    private const string CertificateColumns = "serial, device, key_id, der, issued_at, not_after, revoked_at";

    /// <summary>A number that grows with every change of any device, by whomever.</summary>
    public long Changes() => database.Read("SELECT coalesce(max(id), 0) FROM device_history", row => row.GetInt64(0))[0];

    /// <summary>By name.</summary>
    public IReadOnlyList<EnrolledDevice> All() => database.Read("SELECT " + DeviceColumns + " FROM device ORDER BY device", DeviceOf);

    public EnrolledDevice? Find(string device) =>
        database.Read("SELECT " + DeviceColumns + " FROM device WHERE device = $1", DeviceOf, device).SingleOrDefault();

    /// <summary>How many devices there are of which anything is known: an operator named it, it said a manifest, or a record of it was committed.</summary>
    public long CountKnown() => database.Read($"SELECT COUNT(*) FROM ({Known}) AS known", row => row.GetInt64(0))[0];

    /// <summary>Some of them by name.</summary>
    public IReadOnlyList<KnownDevice> PageKnown(long offset, int limit) => database.Read(
        "SELECT known.device, device.state, CASE WHEN EXISTS (SELECT 1 FROM manifest WHERE manifest.device = known.device) THEN 1 ELSE 0 END "
        + $"FROM (SELECT device FROM ({Known}) AS every ORDER BY device LIMIT $1 OFFSET $2) AS known LEFT JOIN device ON device.device = known.device ORDER BY known.device",
        row => new KnownDevice(row.GetString(0), row.IsDBNull(1) ? null : (DeviceState)row.GetInt64(1), row.GetInt64(2) == 1), limit, offset);

    /// <summary>
    /// Keeps a device as it is given, and a line of its history. One that is approved has its key from then on, for its manifests as well; all
    /// certificates of one that is revoked are revoked with it.
    /// </summary>
    /// <param name="device">With the version that was read; 0 for a new one.</param>
    /// <param name="change">What happened, for the history.</param>
    /// <param name="at">When.</param>
    /// <returns>False, and nothing is changed, where somebody else has changed it meanwhile.</returns>
    public bool Keep(EnrolledDevice device, string change, DateTimeOffset at) => database.Change(turn =>
    {
        if (VersionOf(turn, device.Device) != device.Version)
            return false;
        var now = Milliseconds(at);
        turn.Run(
            "INSERT INTO device (" + DeviceColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (device) DO UPDATE SET "
            + "version = $2, state = $3, since = $4, site = $5, zones = $6, asked_site = $7, asked_zones = $8, claim_hash = $9, claim_until = $10, "
            + "wrong_claims = $11, public_key = $12",
            device.Device, device.Version + 1, (int)device.State, Milliseconds(device.Since), device.Site, Joined(device.Zones), device.AskedSite,
            Joined(device.AskedZones), device.ClaimHash, Milliseconds(device.ClaimUntil), device.WrongClaims, device.Key.ToArray());
        turn.Run(
            "INSERT INTO device_history (device, at, state, change, key_id, zones) VALUES ($1, $2, $3, $4, $5, $6)",
            device.Device, now, (int)device.State, change, device.KeyId, Joined(device.Zones));
        turn.Run(
            "DELETE FROM device_history WHERE device = $1 AND id <= (SELECT id FROM device_history WHERE device = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
            device.Device, HistoryPerDeviceMax);
        if (device is { State: DeviceState.Approved, KeyId: { } keyId })
        {
            turn.Run("INSERT INTO device_key VALUES ($1, $2, $3) ON CONFLICT (device) DO UPDATE SET key_id = $2, since = $3", device.Device, keyId, now);
            turn.Run("UPDATE certificate SET revoked_at = $3 WHERE device = $1 AND key_id <> $2 AND revoked_at IS NULL", device.Device, keyId, now);
        }

        if (device.State == DeviceState.Revoked)
            turn.Run("UPDATE certificate SET revoked_at = $2 WHERE device = $1 AND revoked_at IS NULL", device.Device, now);
        return true;
    });

    /// <summary>The changes of a device, newest first; a thousand at most.</summary>
    public IReadOnlyList<DeviceChange> History(string device) => database.Read(
        "SELECT at, state, change, key_id, zones FROM device_history WHERE device = $1 ORDER BY id DESC",
        row => new DeviceChange(Time(row, 0), (DeviceState)row.GetInt64(1), row.GetString(2), TextOrNull(row, 3), Split(row.GetString(4))), device);

    /// <summary>Notes a certificate before it is given away, and forgets those that have ended.</summary>
    /// <param name="certificate">The new one.</param>
    /// <param name="version">The version of the device for which it was made.</param>
    /// <returns>False where the device has changed meanwhile: the certificate must not be given away.</returns>
    public bool KeepCertificate(IssuedCertificate certificate, long version) => database.Change(turn =>
    {
        if (VersionOf(turn, certificate.Device) != version)
            return false;
        turn.Run("DELETE FROM certificate WHERE not_after < $1", Milliseconds(certificate.IssuedAt));
        turn.Run(
            "INSERT INTO certificate (" + CertificateColumns + ") VALUES ($1, $2, $3, $4, $5, $6, NULL)",
            certificate.SerialNumber, certificate.Device, certificate.KeyId, certificate.Der.ToArray(),
            Milliseconds(certificate.IssuedAt), Milliseconds(certificate.NotAfter));
        return true;
    });

    /// <summary>The newest certificate of a device, or null.</summary>
    public IssuedCertificate? NewestCertificate(string device) => database.Read(
        "SELECT " + CertificateColumns + " FROM certificate WHERE device = $1 ORDER BY issued_at DESC LIMIT 1", CertificateOf, device).SingleOrDefault();

    /// <summary>The certificates that are revoked and have not ended by themselves.</summary>
    public IReadOnlyList<IssuedCertificate> RevokedCertificates(DateTimeOffset now) => database.Read(
        "SELECT " + CertificateColumns + " FROM certificate WHERE revoked_at IS NOT NULL AND not_after >= $1 ORDER BY serial", CertificateOf, Milliseconds(now));

    private static long VersionOf(Database.Turn turn, string device) =>
        turn.Read("SELECT version FROM device WHERE device = $1", row => row.GetInt64(0), device).SingleOrDefault();

    private static EnrolledDevice DeviceOf(DbDataReader row) => new()
    {
        Device = row.GetString(0),
        Version = row.GetInt64(1),
        State = (DeviceState)row.GetInt64(2),
        Since = Time(row, 3),
        Site = TextOrNull(row, 4),
        Zones = Split(row.GetString(5)),
        AskedSite = TextOrNull(row, 6),
        AskedZones = Split(row.GetString(7)),
        ClaimHash = TextOrNull(row, 8),
        ClaimUntil = Time(row, 9),
        WrongClaims = (int)row.GetInt64(10),
        Key = row.GetFieldValue<byte[]>(11),
    };

    private static IssuedCertificate CertificateOf(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<byte[]>(3), Time(row, 4), Time(row, 5),
        row.IsDBNull(6) ? null : Time(row, 6));

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static string? TextOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string Joined(IReadOnlyList<string> names) => string.Join(',', names);

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <param name="Device">Its name.</param>
/// <param name="State">What an operator has said of it, or null.</param>
/// <param name="HasManifest">It says what it can send.</param>
public sealed record KnownDevice(string Device, DeviceState? State, bool HasManifest);
