using System.Data.Common;
using Npgsql;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// The store in a PostgreSQL that several sinks may write at once. Nothing is kept here that is not in the database, so a sink can be
/// killed at any time; every commit is on the server's disk before it is said.
/// </summary>
public sealed class PostgresEventStore : IEventStore
{
    /// <summary>The oldest server that this was tried with.</summary>
    private const int ServerVersionMin = 15;

    // Numbers of the server's advisory locks, of this program alone.
    private const long TurnLock = 0x5CE_0001;
    private const long SchemaLock = 0x5CE_0002;
    internal const long GapsLock = 0x5CE_0003;
    internal const long MonthsLock = 0x5CE_0004;

    // Room to remember where some million rows lie, so that they are fetched in that order and no other is looked at; compiling such a plan costs more than it saves.
    private const string LargeSql = "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off";

    private readonly NpgsqlDataSource _source;
    private readonly PostgresIngest _ingest;
    private readonly StoredRows _rows;
    private readonly ManifestTables _manifests;

    /// <summary>Connects and brings the database to the newest schema. The database itself must be there.</summary>
    /// <param name="connection">As Npgsql reads it, without the password: <c>Host=...;Database=...;Username=...</c>.</param>
    /// <param name="password">Null where the server asks for none.</param>
    /// <exception cref="DbException">The server is not to be reached, or refuses.</exception>
    /// <exception cref="ArgumentException">The connection is not written as it must be.</exception>
    /// <exception cref="StoreException">The database would not keep what it says, or is too old.</exception>
    public PostgresEventStore(string connection, string? password = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        if (password is not null)
            settings.Password = password;
        settings.ApplicationName ??= "sink";
        _source = NpgsqlDataSource.Create(settings);
        try
        {
            Prepare(settings.ConnectionString);
        }
        catch
        {
            _source.Dispose();
            throw;
        }

        Database = new Database(_source.OpenConnection, $"SELECT pg_advisory_xact_lock({TurnLock})", LargeSql);
        Enrolled = new DeviceTables(Database);
        _ingest = new PostgresIngest(_source);
        _rows = new StoredRows(Database);
        _manifests = new ManifestTables(Database);
    }

    public DeviceTables Enrolled { get; }

    public Database Database { get; }

    public IReadOnlyList<IngestOutcome> Ingest(IReadOnlyList<IncomingRecord> batch) => _ingest.Run(batch);

    public IReadOnlyList<ClosedGap> CloseGaps(DateTimeOffset knownSince) => Database.Change(turn =>
    {
        // Sequences that are being written right now come first.
        turn.Read($"SELECT pg_advisory_xact_lock({GapsLock})", _ => 0);
        return SequenceTable.Close(turn, knownSince);
    });

    public IReadOnlyList<ZoneDay> ZoneDays(string? zone, DateOnly from, DateOnly to) => _rows.ZoneDays(zone, from, to);

    public IReadOnlyList<StoredRecord> Records(string zone, DateOnly from, DateOnly to) => _rows.Records(zone, from, to);

    public bool ForgetRecords(DateOnly before) => _ingest.Months.ForgetBefore(new DateOnly(before.Year, before.Month, 1));

    public IReadOnlyList<ZoneSummary> Zones() => _rows.Zones();

    public IReadOnlyList<QuarantinedRecord> Quarantine(int limit) => _rows.Quarantine(limit);

    public IReadOnlyList<string> Devices() => _rows.Devices();

    public Received ReceivedOf(string device) => ReceivedOf([device])[0];

    public IReadOnlyList<Received> ReceivedOf(IReadOnlyList<string> devices) => SequenceTable.Of(Database, devices);

    public ManifestOutcome KeepManifest(string device, SignedManifest manifest, DateTimeOffset receivedAt) => _manifests.Keep(device, manifest, receivedAt);

    public IReadOnlyList<StoredManifest> Manifests(string device) => _manifests.Of(device);

    public bool ForgetKey(string device) => _manifests.Forget(device);

    public void Dispose() => _source.Dispose();

    private void Prepare(string connectionString)
    {
        using var connection = _source.OpenConnection();
        if (connection.PostgreSqlVersion.Major < ServerVersionMin)
            throw new StoreException($"The server is PostgreSQL {connection.PostgreSqlVersion}. Use {ServerVersionMin} or newer.");
        if (Ask(connection, "SHOW synchronous_commit") is "off" or "local")
            throw new StoreException("The server says a commit before it is safe, and a device would let go of records that are lost then. Set synchronous_commit = on.");
        if (Ask(connection, "SHOW fsync") != "on")
            throw new StoreException("The server does not wait for its disk, and a device would let go of records that are lost then. Set fsync = on.");

        // Rows are read in the order of their names' bytes, as SQLite and the public files have it.
        if (Ask(connection, "SELECT CASE WHEN datlocprovider = 'i' THEN 'ICU' ELSE datcollate END FROM pg_database WHERE datname = current_database()") is not ("C" or "POSIX" or "C.UTF-8" or "C.utf8") and var order)
        {
            throw new StoreException(
                $"The database sorts by the rules of {order}. Make it with: CREATE DATABASE {connection.Database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
        }

        Ask(connection, $"SELECT pg_advisory_lock({SchemaLock})");
        try
        {
            StoreSchema.UpgradePostgres(connectionString);
        }
        finally
        {
            Ask(connection, $"SELECT pg_advisory_unlock({SchemaLock})");
        }
    }

    private static string? Ask(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // A constant.
        // Another sink may be bringing the schema up to date, which takes as long as it takes.
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        return command.ExecuteScalar() as string;
    }
}
