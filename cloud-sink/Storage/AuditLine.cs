using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>What a line of the audit log may be about.</summary>
internal enum AuditKind : byte
{
    PolicyPublished,
    PolicySigned,
    PolicyActivated,
    PolicyExpired,
    PolicyRefused,
    ContestOpened,
    ContestAcknowledged,
    ContestRemeasured,
    ContestDecided,
    CalibrationChanged,
    RowsExcluded,
    RowsDeleted,
    RowsRestated,
    DeviceApproved,
    DeviceRevoked,
    KeyAdded,
    KeyRemoved,
}

/// <summary>What happened, before it has its place in the log. Nothing in it may be about a person: who acted is a role or a key.</summary>
/// <param name="Kind">What.</param>
/// <param name="Subject">To what: the id of a policy, the number of a contest, a zone, a device, a role.</param>
/// <param name="By">A role such as <c>operator</c>, or the id of a key.</param>
/// <param name="At">When; kept to the millisecond.</param>
internal sealed record AuditEntry(AuditKind Kind, string Subject, string By, DateTimeOffset At)
{
    private const int WordLengthMax = 200;

    /// <summary>Names and plain words, in this order.</summary>
    public IReadOnlyList<(string Name, string Value)> Detail { get; init; } = [];

    /// <summary>The kind as lines write it: <c>policy-published</c>.</summary>
    public static string WordOf(AuditKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    /// <summary>The one way to write it: a line of JSON in ASCII.</summary>
    /// <exception cref="ArgumentException">A word is longer than 200 characters or holds a control character.</exception>
    public string ToLine(long number)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("number", number);
            json.WriteString("at", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("kind", WordOf(Kind));
            json.WriteString("subject", Plain(Subject));
            json.WriteString("by", Plain(By));
            json.WriteStartObject("detail");
            foreach (var (name, value) in Detail)
                json.WriteString(name, Plain(value));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.ASCII.GetString(bytes.WrittenSpan);
    }

    private static string Plain(string word) => word.Length <= WordLengthMax && !word.Any(char.IsControl)
        ? word
        : throw new ArgumentException("A word of the audit log has at most 200 characters and none that controls.", nameof(word));
}

/// <summary>A line of the audit log as it is stored and exported.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="Kind">As in the line.</param>
/// <param name="Subject">As in the line.</param>
/// <param name="Line">See <see cref="AuditEntry.ToLine"/>.</param>
/// <param name="Hash">See <see cref="HashOf"/>.</param>
internal sealed record AuditLine(long Number, string Kind, string Subject, string Line, string Hash)
{
    /// <summary>What stands before the first line.</summary>
    public static string FirstHash { get; } = new('0', 64);

    /// <summary>
    /// SHA-256, hexadecimal, over the hash of the line before, a line end and the line, so that
    /// <c>printf '%s\n%s' HASH LINE | sha256sum</c> says the same.
    /// </summary>
    public static string HashOf(string previous, string line) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{previous}\n{line}")));

    /// <summary>As a file keeps it: the hash, a blank, the line.</summary>
    public override string ToString() => $"{Hash} {Line}";
}
