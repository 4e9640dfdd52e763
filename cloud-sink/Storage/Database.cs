using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// The store's database for what is seldom written, in one SQL that SQLite and PostgreSQL both read: parameters are <c>$1</c>, <c>$2</c>, ... in
/// order, whole numbers are 64 bits, times are Unix milliseconds. Every call has a connection of its own and may be made from any thread and
/// beside other processes.
/// </summary>
/// <param name="open">Gives an open connection, which the caller disposes.</param>
/// <param name="takeTurn">What a change says first so that changes come one after another; null where the engine sees to that by itself.</param>
/// <param name="large">What is said before a reading of many rows; null where the engine needs to be told nothing.</param>
/// <param name="writing">Held while something is written, where the engine has one writer at a time and lets the others ask again and again.</param>
public sealed class Database(Func<DbConnection> open, string? takeTurn = null, string? large = null, Lock? writing = null)
{
    /// <summary>Runs a statement by itself; returns the rows that it changed.</summary>
    /// <exception cref="DbException">The database did not take it.</exception>
    public int Run(string sql, params ReadOnlySpan<object?> values)
    {
        using var connection = open();
        if (writing is null)
            return new Turn(connection, null).Run(sql, values);
        lock (writing)
            return new Turn(connection, null).Run(sql, values);
    }

    /// <summary>Reads all rows of a query.</summary>
    /// <exception cref="DbException">The database did not give them.</exception>
    public List<T> Read<T>(string sql, Func<DbDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        using var connection = open();
        return new Turn(connection, null).Read(sql, row, values);
    }

    /// <summary>Gives the rows of a query one by one as they come, so that any number of them takes no room.</summary>
    /// <exception cref="DbException">The database did not give them.</exception>
    public void Each(string sql, Action<DbDataReader> row, params ReadOnlySpan<object?> values)
    {
        using var connection = open();
        new Turn(connection, null).Each(sql, row, values);
    }

    /// <summary>One transaction, of which everything holds or nothing; no other change runs beside it. An exception takes it back.</summary>
    /// <exception cref="DbException">The database did not take it.</exception>
    public T Change<T>(Func<Turn, T> change)
    {
        if (writing is null)
            return ChangeNow(change);
        lock (writing)
            return ChangeNow(change);
    }

    /// <summary>Several queries of one moment: what is changed between them is not seen. Nothing waits for it.</summary>
    /// <param name="read">The queries.</param>
    /// <param name="isLarge">They give hundreds of thousands of rows.</param>
    /// <exception cref="DbException">The database did not give them.</exception>
    public T Snapshot<T>(Func<Turn, T> read, bool isLarge = false)
    {
        using var connection = open();
        using DbTransaction transaction = connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : connection.BeginTransaction(IsolationLevel.RepeatableRead);
        var turn = new Turn(connection, transaction);
        if (isLarge && large is not null)
            turn.Run(large);
        return read(turn);
    }

    /// <summary>
    /// Adds many rows, all or none of them: column by column in one statement where the engine takes that, which costs a tenth of as many values
    /// one by one.
    /// </summary>
    /// <param name="into"><c>INSERT INTO table (columns)</c>.</param>
    /// <param name="conflict"><c>ON CONFLICT ...</c>.</param>
    /// <param name="columns">In that order, each a <c>string[]</c>, <c>long[]</c> or <c>double[]</c> with a value for every row.</param>
    /// <exception cref="DbException">The database did not take them.</exception>
    public void Insert(string into, string conflict, params Array[] columns)
    {
        if (columns[0].Length == 0)
            return;
        using var connection = open();
        if (connection is not SqliteConnection)
        {
            new Turn(connection, null).Run($"{into} SELECT * FROM unnest({Places(columns.Length)}) {conflict}", columns);
            return;
        }

        lock (writing!)
        {
            using var transaction = connection.BeginTransaction();
            new Turn(connection, transaction).RunEach($"{into} VALUES ({Places(columns.Length)}) {conflict}", columns);
            transaction.Commit();
        }
    }

    private static string Places(int count) => string.Join(", ", Enumerable.Range(1, count).Select(number => $"${number}"));

    private T ChangeNow<T>(Func<Turn, T> change)
    {
        using var connection = open();
        using var transaction = connection.BeginTransaction();
        var turn = new Turn(connection, transaction);
        if (takeTurn is not null)
            turn.Read(takeTurn, _ => 0);
        var result = change(turn);
        transaction.Commit();
        return result;
    }

    /// <summary>Inside of one transaction.</summary>
    public sealed class Turn
    {
        private readonly DbConnection _connection;
        private readonly DbTransaction? _transaction;

        internal Turn(DbConnection connection, DbTransaction? transaction) => (_connection, _transaction) = (connection, transaction);

        /// <inheritdoc cref="Database.Run"/>
        public int Run(string sql, params ReadOnlySpan<object?> values)
        {
            using var command = Command(sql, values);
            return command.ExecuteNonQuery();
        }

        /// <inheritdoc cref="Database.Read{T}"/>
        public List<T> Read<T>(string sql, Func<DbDataReader, T> row, params ReadOnlySpan<object?> values)
        {
            var rows = new List<T>();
            Each(sql, reader => rows.Add(row(reader)), values);
            return rows;
        }

        /// <inheritdoc cref="Database.Each"/>
        public void Each(string sql, Action<DbDataReader> row, params ReadOnlySpan<object?> values)
        {
            using var command = Command(sql, values);
            using var reader = command.ExecuteReader();
            while (reader.Read())
                row(reader);
        }

        /// <summary>A statement for each row of these columns, read by the database once.</summary>
        internal void RunEach(string sql, Array[] columns)
        {
            using var command = Command(sql, new object?[columns.Length]);
            command.Prepare();
            for (var row = 0; row < columns[0].Length; row++)
            {
                for (var column = 0; column < columns.Length; column++)
                    command.Parameters[column].Value = columns[column].GetValue(row);
                command.ExecuteNonQuery();
            }
        }

        private DbCommand Command(string sql, ReadOnlySpan<object?> values)
        {
            var command = _connection.CreateCommand();
            command.Transaction = _transaction;
#pragma warning disable CA2100 // Every text is a constant of the sink; values are bound.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                // Npgsql takes parameters without names by their order, SQLite by their names.
                if (parameter is SqliteParameter)
                    parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i + 1}");
                parameter.Value = values[i] switch { null => DBNull.Value, uint number => (long)number, int number => (long)number, var value => value };
                command.Parameters.Add(parameter);
            }

            return command;
        }
    }
}
