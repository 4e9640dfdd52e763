using System.Data.Common;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// How each device is, what it was told and what it answered, in the store. A command of the command line is given to the running sink by it,
/// or to that one of several that claims it first.
/// </summary>
internal sealed class DeviceDesk(Database database)
{
    /// <summary>A device that answers without end fills no disk.</summary>
    private const int AnswersMax = 8;

    /// <summary>Keeps a report of which the caller has found that the device signed it. False for one that is older than the one that is kept.</summary>
    /// <exception cref="DbException">The store did not take it.</exception>
    public bool KeepHealth(HealthReport report, Signed signed, DateTimeOffset receivedAt) => database.Run(
        "INSERT INTO device_health AS kept (device, at, payload, signature, key_id, received_at) VALUES ($1, $2, $3, $4, $5, $6) "
        + "ON CONFLICT (device) DO UPDATE SET at = $2, signature = $4, key_id = $5, "
        + "received_at = CASE WHEN kept.payload = $3 THEN kept.received_at ELSE $6 END, payload = $3 WHERE kept.at <= $2",
        report.Device, report.At.ToUnixTimeSeconds(), signed.Payload.ToArray(), signed.Signature, signed.KeyId, receivedAt.ToUnixTimeMilliseconds()) == 1;

    /// <summary>The newest report of a device, or null.</summary>
    public StoredHealth? Health(string device) => database.Read(
        "SELECT payload, signature, key_id, received_at FROM device_health WHERE device = $1",
        row => new StoredHealth(new Signed(row.GetFieldValue<byte[]>(0), row.GetString(1), row.GetString(2)), Time(row, 3)), device).SingleOrDefault();

    /// <summary>Writes a command down, for the running sink to send. Its number is above every one before, also after the store was lost.</summary>
    /// <param name="make">Makes it of its number.</param>
    /// <param name="device">To whom.</param>
    /// <param name="askedBy">The user of this machine.</param>
    /// <param name="now">When.</param>
    public DeviceCommand Ask(Func<long, DeviceCommand> make, string device, string askedBy, DateTimeOffset now) => database.Change(turn =>
    {
        var last = turn.Read("SELECT coalesce(max(id), 0) FROM device_command WHERE device = $1", row => row.GetInt64(0), device)[0];
        var command = make(Math.Max(last + 1, now.ToUnixTimeSeconds()));
        turn.Run(
            "INSERT INTO device_command (device, id, payload, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5)",
            device, command.Id, command.Encode(), askedBy, now.ToUnixTimeMilliseconds());
        return command;
    });

    /// <summary>What no broker has taken yet and no sink is sending, by device and number.</summary>
    public IReadOnlyList<DeviceCommand> Unsent(DateTimeOffset now) =>
        [.. database.Read(
            "SELECT payload FROM device_command WHERE sent_at IS NULL AND coalesce(claimed_until, 0) <= $1 ORDER BY device, id",
            row => DeviceCommand.TryDecode(row.GetFieldValue<byte[]>(0)), now.ToUnixTimeMilliseconds()).OfType<DeviceCommand>()];

    /// <summary>True for the one sink that sends it, until then; another may once that time is over and nobody has said that it was sent.</summary>
    public bool Claim(DeviceCommand command, DateTimeOffset now, DateTimeOffset until) => database.Run(
        "UPDATE device_command SET claimed_until = $4 WHERE device = $1 AND id = $2 AND sent_at IS NULL AND coalesce(claimed_until, 0) <= $3",
        command.Device, command.Id, now.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds()) == 1;

    /// <summary>No broker took it: whoever comes next may try.</summary>
    public void Release(DeviceCommand command) =>
        database.Run("UPDATE device_command SET claimed_until = NULL WHERE device = $1 AND id = $2 AND sent_at IS NULL", command.Device, command.Id);

    /// <summary>A broker took it, or it is too late for it.</summary>
    public void MarkSent(DeviceCommand command, DateTimeOffset at) =>
        database.Run("UPDATE device_command SET sent_at = $3 WHERE device = $1 AND id = $2", command.Device, command.Id, at.ToUnixTimeMilliseconds());

    /// <summary>Keeps an answer of which the caller has found that the device signed it; once, and only to a command that was given.</summary>
    public void KeepAnswer(CommandAnswer answer, Signed signed, DateTimeOffset receivedAt) => database.Change(turn => turn.Run(
        "INSERT INTO device_answer (device, id, arrival, payload, signature, key_id, received_at) "
        + "SELECT $1, $2, coalesce(max(arrival), 0) + 1, $3, $4, $5, $6 FROM device_answer WHERE device = $1 AND id = $2 "
        + "HAVING EXISTS (SELECT 1 FROM device_command WHERE device = $1 AND id = $2) AND coalesce(max(arrival), 0) < $7 "
        + "AND NOT EXISTS (SELECT 1 FROM device_answer WHERE device = $1 AND id = $2 AND payload = $3)",
        answer.Device, answer.Id, signed.Payload.ToArray(), signed.Signature, signed.KeyId, receivedAt.ToUnixTimeMilliseconds(), AnswersMax));

    /// <summary>The commands of a device with what became of them, newest first.</summary>
    public IReadOnlyList<StoredCommand> Commands(string device, int limit) => database.Snapshot(turn =>
    {
        var given = turn.Read(
            "SELECT id, payload, asked_by, asked_at, sent_at FROM device_command WHERE device = $1 ORDER BY id DESC LIMIT $2",
            row => (Id: row.GetInt64(0), Command: DeviceCommand.TryDecode(row.GetFieldValue<byte[]>(1)), By: row.GetString(2), At: Time(row, 3),
                SentAt: row.IsDBNull(4) ? (DateTimeOffset?)null : Time(row, 4)),
            device, limit);
        var commands = new List<StoredCommand>();
        foreach (var (id, command, by, at, sentAt) in given)
        {
            if (command is not null)
                commands.Add(new StoredCommand(command, by, at, sentAt, Answers(turn, device, id)));
        }

        return commands;
    });

    private static List<CommandAnswer> Answers(Database.Turn turn, string device, long id) =>
        [.. turn.Read(
            "SELECT payload FROM device_answer WHERE device = $1 AND id = $2 ORDER BY arrival",
            row => CommandAnswer.TryDecode(row.GetFieldValue<byte[]>(0)), device, id).OfType<CommandAnswer>()];

    private static DateTimeOffset Time(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
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
