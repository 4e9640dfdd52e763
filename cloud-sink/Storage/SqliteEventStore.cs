using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// The store in one SQLite file: one writer at a time, readers never wait for it (write-ahead log), every commit is on the
/// disk before it is said (<c>synchronous=FULL</c>).
/// </summary>
public sealed class SqliteEventStore : IEventStore
{
    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly SqliteIngest _ingest;
    private readonly SqliteManifests _manifests;
    private readonly SqliteDevices _devices;
    private readonly Lock _writing = new();

    /// <summary>Opens the file, makes it and its folder if they are not there, and brings it to the newest schema.</summary>
    /// <exception cref="SqliteException">The file cannot be opened or is not a database.</exception>
    public SqliteEventStore(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString;
        _writer = new SqliteConnection(_connectionString);
        try
        {
            _writer.Open();
            using (var settings = _writer.CreateCommand())
            {
                settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000;";
                settings.ExecuteNonQuery();
            }

            SqliteSchema.Upgrade(_connectionString);
            _ingest = new SqliteIngest(_writer);
            _manifests = new SqliteManifests(_writer);
            _devices = new SqliteDevices(_writer, _writing, OpenReader);
        }
        catch
        {
            _writer.Dispose();
            throw;
        }
    }

    public IDeviceStore Enrolled => _devices;

    public Database Database => new(OpenReader);

    public IReadOnlyList<IngestOutcome> Ingest(IReadOnlyList<IncomingRecord> batch)
    {
        lock (_writing)
            return _ingest.Run(batch);
    }

    public IReadOnlyList<ClosedGap> CloseGaps(DateTimeOffset knownSince)
    {
        lock (_writing)
            return _ingest.CloseGaps(knownSince);
    }

    public IReadOnlyList<ZoneDay> ZoneDays(string? zone, DateOnly from, DateOnly to)
    {
        using var connection = OpenReader();
        using var snapshot = connection.BeginTransaction(deferred: true);
        var counts = new Dictionary<(string, int), Dictionary<string, long>>();
        const string where = "($1 = '' OR zone = $1) AND day BETWEEN $2 AND $3";
        using (var statement = new SqliteStatement(connection, $"SELECT zone, day, behaviour, count FROM zone_day_count WHERE {where}"))
        using (var row = statement.Read(snapshot, zone ?? "", from.DayNumber, to.DayNumber))
        {
            while (row.Read())
            {
                var key = (row.GetString(0), row.GetInt32(1));
                if (!counts.TryGetValue(key, out var ofDay))
                    counts.Add(key, ofDay = []);
                ofDay.Add(row.GetString(2), row.GetInt64(3));
            }
        }

        var days = new List<ZoneDay>();
        using (var statement = new SqliteStatement(connection,
            $"SELECT zone, day, windows, released, seconds, coverage, passages FROM zone_day WHERE {where} AND windows > 0 ORDER BY zone, day"))
        using (var row = statement.Read(snapshot, zone ?? "", from.DayNumber, to.DayNumber))
        {
            while (row.Read())
            {
                var (name, day) = (row.GetString(0), row.GetInt32(1));
                days.Add(new ZoneDay(
                    name, DateOnly.FromDayNumber(day), row.GetInt32(2), row.GetInt32(3), row.GetInt64(4), row.GetInt32(5),
                    row.GetInt64(6), counts.GetValueOrDefault((name, day)) ?? []));
            }
        }

        return days;
    }

    public IReadOnlyList<StoredRecord> Records(string zone, DateOnly from, DateOnly to)
    {
        using var connection = OpenReader();
        using var statement = new SqliteStatement(connection,
            "SELECT device, payload, received_at FROM record WHERE zone = $1 AND start >= $2 AND start < $3 AND disputed = 0 ORDER BY start");
        using var row = statement.Read(null, zone, StartOf(from), StartOf(to) + 86400);
        var records = new List<StoredRecord>();
        while (row.Read())
        {
            var payload = row.GetFieldValue<byte[]>(1);
            records.Add(new StoredRecord(
                row.GetString(0), StoredPayload.Decode(payload), payload, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))));
        }

        return records;
    }

    public IReadOnlyList<ZoneSummary> Zones()
    {
        using var connection = OpenReader();
        using var statement = new SqliteStatement(connection,
            "SELECT zone, site, device, seconds, first_start, last_start FROM zone ORDER BY zone");
        using var row = statement.Read(null);
        var zones = new List<ZoneSummary>();
        while (row.Read())
        {
            zones.Add(new ZoneSummary(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt32(3),
                DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(4)), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(5))));
        }

        return zones;
    }

    public IReadOnlyList<QuarantinedRecord> Quarantine(int limit)
    {
        using var connection = OpenReader();
        using var statement = new SqliteStatement(connection,
            "SELECT device, zone, window_index, sequence, reason, received_at, payload FROM quarantine ORDER BY received_at DESC LIMIT $1");
        using var row = statement.Read(null, limit);
        var records = new List<QuarantinedRecord>();
        while (row.Read())
        {
            records.Add(new QuarantinedRecord(
                row.GetString(0), row.GetString(1), row.GetInt64(2), (uint)row.GetInt64(3), (RefusalReason)row.GetByte(4),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)), row.GetFieldValue<byte[]>(6)));
        }

        return records;
    }

    public IReadOnlyList<string> Devices()
    {
        using var connection = OpenReader();
        using var statement = new SqliteStatement(connection, "SELECT DISTINCT device FROM sequence_range ORDER BY device");
        using var row = statement.Read(null);
        var devices = new List<string>();
        while (row.Read())
            devices.Add(row.GetString(0));
        return devices;
    }

    public Received ReceivedOf(string device)
    {
        using var connection = OpenReader();
        return SqliteSequences.Of(connection, device);
    }

    public ManifestOutcome KeepManifest(string device, SignedManifest manifest, DateTimeOffset receivedAt)
    {
        lock (_writing)
            return _manifests.Keep(device, manifest, receivedAt);
    }

    public IReadOnlyList<StoredManifest> Manifests(string? device)
    {
        using var connection = OpenReader();
        return SqliteManifests.Of(connection, device);
    }

    public bool ForgetKey(string device)
    {
        lock (_writing)
            return _manifests.Forget(device);
    }

    public void Dispose()
    {
        _manifests.Dispose();
        _ingest.Dispose();
        _writer.Dispose();
    }

    private SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    private static long StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();
}
