using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Forwarding;

/// <summary>The outbox's file: its tables, prepared statements and room. No policy, no lock; callers serialise.</summary>
internal sealed class OutboxDatabase : IDisposable
{
    private const int Version = 3, PageBytes = 8192;

    /// <summary>Fewer free pages than this, and more are taken from the disk before the next record is.</summary>
    private const int FreePagesMin = 24;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL, seal INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS waiting(
            sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, entry BLOB NOT NULL,
            appended_at INTEGER NOT NULL, publish_at INTEGER NOT NULL, parked INTEGER);
        CREATE TABLE IF NOT EXISTS drawn(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, drawn_at INTEGER NOT NULL, seal INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS drawn_by_time ON drawn(drawn_at, seal);
        CREATE TABLE IF NOT EXISTS room(taken BLOB NOT NULL);
        """;

    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    private OutboxDatabase(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    /// <exception cref="SqliteException">Damaged, or not to be opened.</exception>
    public static OutboxDatabase Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        var database = new OutboxDatabase(connection, path);
        try
        {
            connection.Open();
            database.KnowSeals();
            // A full disk must not stop the outbox, so it needs no file that would have to be made: one process has it, which keeps the
            // index of the log in its own memory, and the log keeps its length when the file is closed.
            SQLitePCL.raw.sqlite3_db_config(connection.Handle, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            database.Execute("PRAGMA locking_mode = EXCLUSIVE");
            database.Execute($"PRAGMA page_size = {PageBytes}");
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA wal_autocheckpoint = 64");
            // FULL: the record is on the disk, not in its cache, before anyone hears of it.
            database.Execute("PRAGMA synchronous = FULL");
            database.Execute("PRAGMA cache_size = -512");
            // With its indexes: the clock and the oldest record are asked by one.
            var check = (string?)database.Scalar("PRAGMA integrity_check(1)");
            if (check != "ok")
                throw Damaged($"The check of the file says: {check}.");
            database.TakeOver();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Reads a damaged file for as far as it can be read, and leaves it as it is.</summary>
    /// <exception cref="SqliteException">No further.</exception>
    public static void Salvage(string path, string query, Action<SqliteDataReader> each)
    {
        using var database = new OutboxDatabase(new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()), path);
        database._connection.Open();
        database.KnowSeals();
        SQLitePCL.raw.sqlite3_db_config(database._connection.Handle, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        database.Execute("PRAGMA locking_mode = EXCLUSIVE");
        using var rows = database.Read(query);
        while (rows.Read())
            each(rows);
    }

    public static SqliteException Damaged(string message) => new(message, SQLitePCL.raw.SQLITE_CORRUPT);

    public void Begin() => Execute("BEGIN IMMEDIATE");

    public void Commit() => Execute("COMMIT");

    public void Rollback()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk or a damaged file has rolled back by itself.
        }
    }

    /// <summary>
    /// Takes room from the disk before it is needed, so that what was accepted always has its place in the file: then records can be
    /// taken, covered and dropped while others fill the disk. Outside of transactions.
    /// </summary>
    /// <param name="pages">How many at once, if there are fewer free ones than the least.</param>
    /// <exception cref="IOException">The disk does not give it.</exception>
    /// <exception cref="SqliteException">The disk does not give it, although it had it a moment before.</exception>
    public void MakeRoom(int pages)
    {
        if (Number("PRAGMA freelist_count") >= FreePagesMin)
            return;
        // The log and the file both grow. Nothing is put into the file that the disk could then fail to hold.
        for (var hasRoom = false; !hasRoom;)
        {
            try
            {
                TryDisk(2L * pages * PageBytes);
                hasRoom = true;
            }
            catch (IOException full) when (OutboxFile.IsFull(full) && OutboxFile.DeleteOldestAside(_path))
            {
                // Records come before evidence.
            }
        }

        try
        {
            Execute("INSERT INTO room VALUES(zeroblob(@bytes))", ("@bytes", (long)pages * PageBytes));
            Scalar("PRAGMA wal_checkpoint(FULL)");
        }
        finally
        {
            Execute("DELETE FROM room");
        }
    }

    /// <summary>Whether the disk takes so much, beside the file and gone again.</summary>
    /// <exception cref="IOException">It does not.</exception>
    public void TryDisk(long bytes)
    {
        var probe = _path + ".room";
        try
        {
            using var file = new FileStream(probe, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            var block = new byte[PageBytes];
            for (var written = 0L; written < bytes; written += block.Length)
                file.Write(block);
            file.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    /// <summary>Closes the file so that it is whole without a log beside it.</summary>
    public void CloseWhole()
    {
        Scalar("PRAGMA journal_mode = DELETE");
        Dispose();
    }

    /// <summary>Runs a statement; returns the rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> arguments) =>
        Bind(sql, arguments).ExecuteNonQuery();

    /// <summary>The first column of the first row, or null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object Value)> arguments)
    {
        var value = Bind(sql, arguments).ExecuteScalar();
        return value is DBNull ? null : value;
    }

    public long Number(string sql, params ReadOnlySpan<(string Name, object Value)> arguments) =>
        Convert.ToInt64(Scalar(sql, arguments) ?? 0L, CultureInfo.InvariantCulture);

    public SqliteDataReader Read(string sql, params ReadOnlySpan<(string Name, object Value)> arguments) =>
        Bind(sql, arguments).ExecuteReader();

    /// <summary>Leaves the file and its log as they are; whoever opens it next goes on from both.</summary>
    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        _connection.Dispose();
    }

    private void KnowSeals() => _connection.CreateFunction<string, long, long>("seal_of", OutboxSeal.Of, isDeterministic: true);

    /// <summary>Makes the tables, or those of an earlier version over.</summary>
    private void TakeOver()
    {
        if (Number("PRAGMA user_version") == Version)
            return;
        Begin();
        try
        {
            var isFirst = Number("SELECT count(*) FROM pragma_table_info('waiting') WHERE name = 'payload'") > 0;
            var isUnsealed = Number("SELECT count(*) FROM pragma_table_info('drawn') WHERE name = 'id'") > 0;
            if (isFirst)
                Execute("ALTER TABLE waiting RENAME TO waiting_first");
            if (isUnsealed)
                Execute("ALTER TABLE drawn RENAME TO drawn_first; ALTER TABLE meta RENAME TO meta_first; DROP INDEX IF EXISTS drawn_by_time");
            Execute(Schema);
            if (isFirst)
                SealFirst();
            if (isUnsealed)
            {
                Execute("""
                    INSERT INTO drawn SELECT id, sequence, drawn_at, seal_of(id, drawn_at) FROM drawn_first;
                    INSERT INTO meta SELECT key, value, seal_of(key, value) FROM meta_first;
                    DROP TABLE drawn_first;
                    DROP TABLE meta_first;
                    """);
            }

            Execute($"PRAGMA user_version = {Version}");
            Commit();
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    private void SealFirst()
    {
        var rows = new List<(long Sequence, string Id, byte[] Entry, long AppendedAt, long PublishAt)>();
        using (var reader = Read("SELECT sequence, id, payload, appended_at, publish_at FROM waiting_first"))
        {
            while (reader.Read())
            {
                var publishAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4));
                var sealedEntry = OutboxSeal.Close(reader.GetFieldValue<byte[]>(2), publishAt);
                rows.Add((reader.GetInt64(0), reader.GetString(1), sealedEntry, reader.GetInt64(3), reader.GetInt64(4)));
            }
        }

        foreach (var row in rows)
        {
            Execute("INSERT INTO waiting VALUES(@sequence, @id, @entry, @appendedAt, @publishAt, NULL)",
                ("@sequence", row.Sequence), ("@id", row.Id), ("@entry", row.Entry), ("@appendedAt", row.AppendedAt), ("@publishAt", row.PublishAt));
        }

        Execute("DROP TABLE waiting_first");
    }

    // Every statement is a constant of this assembly, so the dictionary is as small as the code.
    private SqliteCommand Bind(string sql, ReadOnlySpan<(string Name, object Value)> arguments)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // See above: no statement is built from data.
            command.CommandText = sql;
#pragma warning restore CA2100
            _prepared.Add(sql, command);
        }

        foreach (var (name, value) in arguments)
        {
            if (command.Parameters.Contains(name))
                command.Parameters[name].Value = value;
            else
                command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
