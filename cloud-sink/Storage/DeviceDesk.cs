using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// How each device is, what it was told and what it answered, in the store's file. Every call has a connection of its own and may be made
/// from any thread and any process: a command of the command line is given to the running sink by it.
/// </summary>
internal sealed class DeviceDesk(string path)
{
    /// <summary>A device that answers without end fills no disk.</summary>
    private const int AnswersMax = 8;

    private readonly string _connectionString = new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString;

    /// <summary>Keeps a report of which the caller has found that the device signed it. False for one that is older than the one that is kept.</summary>
    /// <exception cref="SqliteException">The store did not take it.</exception>
    public bool KeepHealth(HealthReport report, Signed signed, DateTimeOffset receivedAt)
    {
        using var connection = Open();
        using var statement = new SqliteStatement(connection,
            "INSERT INTO device_health VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (device) DO UPDATE SET at = $2, signature = $4, key_id = $5, "
            + "received_at = iif(payload = $3, received_at, $6), payload = $3 WHERE at <= $2");
        return statement.Run(
            null, report.Device, report.At.ToUnixTimeSeconds(), signed.Payload.ToArray(), signed.Signature, signed.KeyId, receivedAt.ToUnixTimeMilliseconds()) == 1;
    }

    /// <summary>The newest report of a device, or null.</summary>
    public StoredHealth? Health(string device)
    {
        using var connection = Open();
        using var statement = new SqliteStatement(connection, "SELECT payload, signature, key_id, received_at FROM device_health WHERE device = $1");
        using var row = statement.Read(null, device);
        return row.Read()
            ? new StoredHealth(new Signed(row.GetFieldValue<byte[]>(0), row.GetString(1), row.GetString(2)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)))
            : null;
    }

    /// <summary>Writes a command down, for the running sink to send. Its number is above every one before, also after the store was lost.</summary>
    /// <param name="make">Makes it of its number.</param>
    /// <param name="device">To whom.</param>
    /// <param name="askedBy">The user of this machine.</param>
    /// <param name="now">When.</param>
    public DeviceCommand Ask(Func<long, DeviceCommand> make, string device, string askedBy, DateTimeOffset now)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction();
        long last;
        using (var highest = new SqliteStatement(connection, "SELECT coalesce(max(id), 0) FROM device_command WHERE device = $1"))
        using (var row = highest.Read(transaction, device))
            last = row.Read() ? row.GetInt64(0) : 0;
        var command = make(Math.Max(last + 1, now.ToUnixTimeSeconds()));
        using var insert = new SqliteStatement(connection, "INSERT INTO device_command VALUES ($1, $2, $3, $4, $5, NULL)");
        insert.Run(transaction, device, command.Id, command.Encode(), askedBy, now.ToUnixTimeMilliseconds());
        transaction.Commit();
        return command;
    }

    /// <summary>What no broker has taken yet, by device and number.</summary>
    public IReadOnlyList<DeviceCommand> Unsent()
    {
        using var connection = Open();
        using var statement = new SqliteStatement(connection, "SELECT payload FROM device_command WHERE sent_at IS NULL ORDER BY device, id");
        using var row = statement.Read(null);
        var commands = new List<DeviceCommand>();
        while (row.Read())
        {
            if (DeviceCommand.TryDecode(row.GetFieldValue<byte[]>(0)) is { } command)
                commands.Add(command);
        }

        return commands;
    }

    /// <summary>A broker took it, or it is too late for it.</summary>
    public void MarkSent(DeviceCommand command, DateTimeOffset at)
    {
        using var connection = Open();
        using var statement = new SqliteStatement(connection, "UPDATE device_command SET sent_at = $3 WHERE device = $1 AND id = $2");
        statement.Run(null, command.Device, command.Id, at.ToUnixTimeMilliseconds());
    }

    /// <summary>Keeps an answer of which the caller has found that the device signed it; once, and only to a command that was given.</summary>
    public void KeepAnswer(CommandAnswer answer, Signed signed, DateTimeOffset receivedAt)
    {
        using var connection = Open();
        using var statement = new SqliteStatement(connection,
            "INSERT INTO device_answer SELECT $1, $2, coalesce(max(arrival), 0) + 1, $3, $4, $5, $6 FROM device_answer WHERE device = $1 AND id = $2 "
            + "HAVING EXISTS (SELECT 1 FROM device_command WHERE device = $1 AND id = $2) AND coalesce(max(arrival), 0) < $7 "
            + "AND NOT EXISTS (SELECT 1 FROM device_answer WHERE device = $1 AND id = $2 AND payload = $3)");
        statement.Run(
            null, answer.Device, answer.Id, signed.Payload.ToArray(), signed.Signature, signed.KeyId, receivedAt.ToUnixTimeMilliseconds(), AnswersMax);
    }

    /// <summary>The commands of a device with what became of them, newest first.</summary>
    public IReadOnlyList<StoredCommand> Commands(string device, int limit)
    {
        using var connection = Open();
        using var statement = new SqliteStatement(connection,
            "SELECT id, payload, asked_by, asked_at, sent_at FROM device_command WHERE device = $1 ORDER BY id DESC LIMIT $2");
        using var row = statement.Read(null, device, limit);
        var commands = new List<StoredCommand>();
        while (row.Read())
        {
            if (DeviceCommand.TryDecode(row.GetFieldValue<byte[]>(1)) is not { } command)
                continue;
            commands.Add(new StoredCommand(
                command, row.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
                row.IsDBNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), Answers(connection, device, row.GetInt64(0))));
        }

        return commands;
    }

    private static List<CommandAnswer> Answers(SqliteConnection connection, string device, long id)
    {
        using var statement = new SqliteStatement(connection, "SELECT payload FROM device_answer WHERE device = $1 AND id = $2 ORDER BY arrival");
        using var row = statement.Read(null, device, id);
        var answers = new List<CommandAnswer>();
        while (row.Read())
        {
            if (CommandAnswer.TryDecode(row.GetFieldValue<byte[]>(0)) is { } answer)
                answers.Add(answer);
        }

        return answers;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
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

/// <param name="Signed">The exact bytes and their signature.</param>
/// <param name="FirstAt">When these bytes first came.</param>
internal sealed record StoredHealth(Signed Signed, DateTimeOffset FirstAt);

/// <param name="Command">What was asked.</param>
/// <param name="AskedBy">The user of this machine who asked.</param>
/// <param name="AskedAt">When.</param>
/// <param name="SentAt">When a broker took it, or it was given up as too late; null before.</param>
/// <param name="Answers">In order of arrival.</param>
internal sealed record StoredCommand(
    DeviceCommand Command, string AskedBy, DateTimeOffset AskedAt, DateTimeOffset? SentAt, IReadOnlyList<CommandAnswer> Answers)
{
    /// <summary>The answer that counts: the last one that is more than begun; that it was played again says nothing new.</summary>
    public CommandAnswer? Answer => Answers.LastOrDefault(answer => answer.Outcome != CommandOutcome.Begun && answer.Reason != CommandReason.Replayed)
        ?? (Answers.Count > 0 ? Answers[^1] : null);
}
