using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// The store in one SQLite file: one writer at a time, readers never wait for it (write-ahead log), every commit is on the
/// disk before it is said (<c>synchronous=FULL</c>).
/// </summary>
public sealed class SqliteEventStore : IEventStore
{
    private readonly SqliteConnection _writer;
    private readonly SqliteIngest _ingest;
    private readonly StoredRows _rows;
    private readonly ManifestTables _manifests;
    private readonly Lock _writing = new();

    /// <summary>Opens the file, makes it and its folder if they are not there, and brings it to the newest schema.</summary>
    /// <exception cref="SqliteException">The file cannot be opened or is not a database.</exception>
    /// <exception cref="StoreException">It cannot be brought to this version's schema.</exception>
    public SqliteEventStore(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var connectionString = new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString;
        _writer = new SqliteConnection(connectionString);
        try
        {
            _writer.Open();
            using (var settings = _writer.CreateCommand())
            {
                settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000;";
                settings.ExecuteNonQuery();
            }

            StoreSchema.UpgradeSqlite(connectionString);
            _ingest = new SqliteIngest(_writer);
        }
        catch
        {
            _writer.Dispose();
            throw;
        }

        Database = new Database(() => Open(connectionString), writing: _writing);
        Enrolled = new DeviceTables(Database);
        _rows = new StoredRows(Database);
        _manifests = new ManifestTables(Database);
    }

    public DeviceTables Enrolled { get; }

    public Database Database { get; }

    public IReadOnlyList<IngestOutcome> Ingest(IReadOnlyList<IncomingRecord> batch)
    {
        lock (_writing)
            return _ingest.Run(batch);
    }

    public IReadOnlyList<ClosedGap> CloseGaps(DateTimeOffset knownSince) => Database.Change(turn => SequenceTable.Close(turn, knownSince));

    public IReadOnlyList<ZoneDay> ZoneDays(string? zone, DateOnly from, DateOnly to) => _rows.ZoneDays(zone, from, to);

    public IReadOnlyList<StoredRecord> Records(string zone, DateOnly from, DateOnly to) => _rows.Records(zone, from, to);

    public bool ForgetRecords(DateOnly before)
    {
        var limit = StoredRows.StartOf(new DateOnly(before.Year, before.Month, 1));
        var forgotten = 0;

        // Zone by zone, so that records come in between.
        foreach (var zone in Zones().Where(zone => zone.First.ToUnixTimeSeconds() < limit))
            forgotten += Database.Run("DELETE FROM record WHERE zone = $1 AND start < $2", zone.Zone, limit);
        return forgotten > 0;
    }

    public IReadOnlyList<ZoneSummary> Zones() => _rows.Zones();

    public IReadOnlyList<QuarantinedRecord> Quarantine(int limit) => _rows.Quarantine(limit);

    public IReadOnlyList<string> Devices() => _rows.Devices();

    public Received ReceivedOf(string device) => ReceivedOf([device])[0];

    public IReadOnlyList<Received> ReceivedOf(IReadOnlyList<string> devices) => SequenceTable.Of(Database, devices);

    public ManifestOutcome KeepManifest(string device, SignedManifest manifest, DateTimeOffset receivedAt) => _manifests.Keep(device, manifest, receivedAt);

    public IReadOnlyList<StoredManifest> Manifests(string device) => _manifests.Of(device);

    public bool ForgetKey(string device) => _manifests.Forget(device);

    public void Dispose()
    {
        _ingest.Dispose();
        _writer.Dispose();
    }

    private static SqliteConnection Open(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
