using System.Buffers;
using System.Text.Json;

namespace SocialCredit.Edge.Contract;

/// <summary>The bytes of a record: the one form that is stored, signed and sent.</summary>
public static class EventRecordJson
{
    /// <summary>No payload is longer; a longer one is refused unread.</summary>
    public const int BytesMax = 4096;

    /// <summary>
    /// The record as UTF-8 JSON of exactly <paramref name="lengthBytes"/> bytes, keys in the order of the contract, filled up
    /// with <c>pad</c>. The same record always gives the same bytes.
    /// </summary>
    /// <param name="record">One that keeps the contract's rules.</param>
    /// <param name="lengthBytes">At most <see cref="BytesMax"/>; <see cref="RecordLength"/> says what a device needs.</param>
    /// <exception cref="ArgumentException">The record breaks a rule of the contract or does not fit.</exception>
    public static byte[] Encode(EventRecord record, int lengthBytes)
    {
        if (EventRecordRules.Fault(record) is { } fault)
            throw new ArgumentException($"This record must not leave the device: {fault}", nameof(record));
        var unpaddedBytes = MeasureBytes(record);
        if (lengthBytes < unpaddedBytes || lengthBytes > BytesMax)
            throw new ArgumentException(
                $"A record of {unpaddedBytes} bytes cannot be written as {lengthBytes} bytes (at most {BytesMax}).",
                nameof(lengthBytes));

        var buffer = new ArrayBufferWriter<byte>(lengthBytes);
        Write(buffer, record, lengthBytes - unpaddedBytes);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload that may be hostile; false, with the reason, for anything outside the schema.</summary>
    /// <param name="payload">Any bytes.</param>
    /// <param name="record">The record, or null.</param>
    /// <param name="reason">What is wrong, without any text of the payload; empty if nothing is.</param>
    public static bool TryDecode(ReadOnlySpan<byte> payload, out EventRecord? record, out string reason)
    {
        record = null;
        var fault = EventRecordReader.Read(payload, out var read) ?? EventRecordRules.Fault(read!);
        reason = fault ?? "";
        if (fault is not null)
            return false;
        record = read;
        return true;
    }

    /// <summary>Bytes of the record with an empty <c>pad</c>.</summary>
    internal static int MeasureBytes(EventRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(BytesMax);
        Write(buffer, record, 0);
        return buffer.WrittenCount;
    }

    private static void Write(ArrayBufferWriter<byte> buffer, EventRecord record, int padBytes)
    {
        // Validation of the writer's own calls would cost time and finds nothing that a test does not find.
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteNumber(EventRecordKeys.Version, EventRecord.Version);
        json.WriteString(EventRecordKeys.Site, record.Site);
        json.WriteString(EventRecordKeys.Zone, record.Zone);
        json.WriteString(EventRecordKeys.Start, WindowStart.Format(record.Start));
        json.WriteNumber(EventRecordKeys.Seconds, record.Seconds);
        json.WriteString(EventRecordKeys.Status, WireNames.Of(record.Status));
        json.WriteNumber(EventRecordKeys.Coverage, record.Coverage);
        json.WriteNumber(EventRecordKeys.Passages, record.Passages);
        json.WriteStartObject(EventRecordKeys.Counts);
        foreach (var (behaviour, count) in record.Counts)
            json.WriteNumber(behaviour, count);
        json.WriteEndObject();
        json.WriteString(EventRecordKeys.Profile, WireNames.Of(record.Profile));
        json.WriteString(EventRecordKeys.Policy, record.Policy);
        json.WriteString(EventRecordKeys.Calibration, record.Calibration);
        json.WriteNumber(EventRecordKeys.Sequence, record.Sequence);
        json.WriteString(EventRecordKeys.Pad, new string('0', padBytes));
        json.WriteEndObject();
    }
}
