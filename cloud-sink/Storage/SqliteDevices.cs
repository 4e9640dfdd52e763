using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>The devices in SQLite: writes on the store's one writing connection, reads on connections of their own.</summary>
internal sealed class SqliteDevices(SqliteConnection writer, Lock writing, Func<SqliteConnection> openReader) : IDeviceStore
{
    // A device that changes without end loses its own oldest and fills no disk.
    private const int HistoryPerDeviceMax = 1000;

    private const string DeviceColumns =
        "device, version, state, since, site, zones, asked_site, asked_zones, claim_hash, claim_until, wrong_claims, public_key";

    private const string CertificateColumns = "serial, device, key_id, der, issued_at, not_after, revoked_at";

    public long Changes()
    {
        using var connection = openReader();
        using var statement = new SqliteStatement(connection, "SELECT coalesce(max(id), 0) FROM device_history");
        using var row = statement.Read(null);
        row.Read();
        return row.GetInt64(0);
    }

    public IReadOnlyList<EnrolledDevice> All() => Read("SELECT " + DeviceColumns + " FROM device WHERE $1 = '' ORDER BY device", "", DeviceOf);

    public EnrolledDevice? Find(string device) => Read("SELECT " + DeviceColumns + " FROM device WHERE device = $1", device, DeviceOf).SingleOrDefault();

    public bool Keep(EnrolledDevice device, string change, DateTimeOffset at)
    {
        lock (writing)
        {
            using var transaction = writer.BeginTransaction();
            if (VersionOf(transaction, device.Device) != device.Version)
                return false;
            Write(transaction, "INSERT OR REPLACE INTO device VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                device.Device, device.Version + 1, (int)device.State, Milliseconds(device.Since), OrNull(device.Site), Joined(device.Zones),
                OrNull(device.AskedSite), Joined(device.AskedZones), OrNull(device.ClaimHash), Milliseconds(device.ClaimUntil),
                device.WrongClaims, device.Key.ToArray());
            Write(transaction, "INSERT INTO device_history (device, at, state, change, key_id, zones) VALUES ($1, $2, $3, $4, $5, $6)",
                device.Device, Milliseconds(at), (int)device.State, change, OrNull(device.KeyId), Joined(device.Zones));
            Write(transaction,
                "DELETE FROM device_history WHERE device = $1 AND id <= (SELECT id FROM device_history WHERE device = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
                device.Device, HistoryPerDeviceMax);
            if (device is { State: DeviceState.Approved, KeyId: { } keyId })
            {
                Write(transaction, "INSERT OR REPLACE INTO device_key VALUES ($1, $2, $3)", device.Device, keyId, Milliseconds(at));
                Write(transaction, "UPDATE certificate SET revoked_at = $3 WHERE device = $1 AND key_id <> $2 AND revoked_at IS NULL", device.Device, keyId, Milliseconds(at));
            }

            if (device.State == DeviceState.Revoked)
                Write(transaction, "UPDATE certificate SET revoked_at = $2 WHERE device = $1 AND revoked_at IS NULL", device.Device, Milliseconds(at));
            transaction.Commit();
            return true;
        }
    }

    public IReadOnlyList<DeviceChange> History(string device) => Read(
        "SELECT at, state, change, key_id, zones FROM device_history WHERE device = $1 ORDER BY id DESC", device,
        row => new DeviceChange(Time(row, 0), (DeviceState)row.GetByte(1), row.GetString(2), TextOrNull(row, 3), Split(row.GetString(4))));

    public bool KeepCertificate(IssuedCertificate certificate, long version)
    {
        lock (writing)
        {
            using var transaction = writer.BeginTransaction();
            if (VersionOf(transaction, certificate.Device) != version)
                return false;
            Write(transaction, "DELETE FROM certificate WHERE not_after < $1", Milliseconds(certificate.IssuedAt));
            Write(transaction, "INSERT INTO certificate VALUES ($1, $2, $3, $4, $5, $6, NULL)",
                certificate.SerialNumber, certificate.Device, certificate.KeyId, certificate.Der.ToArray(),
                Milliseconds(certificate.IssuedAt), Milliseconds(certificate.NotAfter));
            transaction.Commit();
            return true;
        }
    }

    public IssuedCertificate? NewestCertificate(string device) => Read(
        "SELECT " + CertificateColumns + " FROM certificate WHERE device = $1 ORDER BY issued_at DESC LIMIT 1", device, CertificateOf).SingleOrDefault();

    public IReadOnlyList<IssuedCertificate> RevokedCertificates(DateTimeOffset now) => Read(
        "SELECT " + CertificateColumns + " FROM certificate WHERE revoked_at IS NOT NULL AND not_after >= $1 ORDER BY serial", Milliseconds(now), CertificateOf);

    private List<T> Read<T>(string sql, object value, Func<SqliteDataReader, T> read)
    {
        using var connection = openReader();
        using var statement = new SqliteStatement(connection, sql);
        using var row = statement.Read(null, value);
        var all = new List<T>();
        while (row.Read())
            all.Add(read(row));
        return all;
    }

    // Rare: prepared anew each time.
    private void Write(SqliteTransaction transaction, string sql, params ReadOnlySpan<object> values)
    {
        using var statement = new SqliteStatement(writer, sql);
        statement.Run(transaction, values);
    }

    private long VersionOf(SqliteTransaction transaction, string device)
    {
        using var statement = new SqliteStatement(writer, "SELECT version FROM device WHERE device = $1");
        using var row = statement.Read(transaction, device);
        return row.Read() ? row.GetInt64(0) : 0;
    }

    private static EnrolledDevice DeviceOf(SqliteDataReader row) => new()
    {
        Device = row.GetString(0),
        Version = row.GetInt64(1),
        State = (DeviceState)row.GetByte(2),
        Since = Time(row, 3),
        Site = TextOrNull(row, 4),
        Zones = Split(row.GetString(5)),
        AskedSite = TextOrNull(row, 6),
        AskedZones = Split(row.GetString(7)),
        ClaimHash = TextOrNull(row, 8),
        ClaimUntil = Time(row, 9),
        WrongClaims = row.GetInt32(10),
        Key = row.GetFieldValue<byte[]>(11),
    };

    private static IssuedCertificate CertificateOf(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<byte[]>(3), Time(row, 4), Time(row, 5),
        row.IsDBNull(6) ? null : Time(row, 6));

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static object OrNull(string? text) => text is null ? DBNull.Value : text;

    private static string? TextOrNull(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string Joined(IReadOnlyList<string> names) => string.Join(',', names);

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
