using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// A record as it lies in the outbox's file, between a mark and a sum: it can be found in a damaged file without its index, and what a
/// disk has changed is never sent as if it were whole.
/// </summary>
/// <remarks>Mark (8 bytes), publish time in Unix milliseconds (8), length (2), payload, first 8 bytes of the SHA-256 over all before;
/// numbers with their low byte first. The sum is against accidents, not against forgers.</remarks>
internal static class OutboxSeal
{
    private const int HeadBytes = 18, SumBytes = 8;

    /// <summary>What is around a payload.</summary>
    public const int AroundBytes = HeadBytes + SumBytes;

    /// <summary>Of the longest sealed record; a page of the database holds it whole.</summary>
    public const int BytesMax = AroundBytes + EventRecordJson.BytesMax;

    /// <summary>With what each sealed record begins.</summary>
    public static ReadOnlySpan<byte> Mark => "SCEntry1"u8;

    public static byte[] Close(byte[] payload, DateTimeOffset publishAt)
    {
        var bytes = new byte[AroundBytes + payload.Length];
        Mark.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), publishAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(16), checked((ushort)payload.Length));
        payload.CopyTo(bytes, HeadBytes);
        Sum(bytes.AsSpan(..^SumBytes)).CopyTo(bytes.AsSpan(^SumBytes..));
        return bytes;
    }

    /// <summary>The record that begins here, with the publish time that it was given first; null if it is not whole.</summary>
    public static SealedRecord? Open(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes || !bytes.StartsWith(Mark))
            return null;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[16..]);
        if (bytes.Length < AroundBytes + length)
            return null;
        var head = bytes[..(HeadBytes + length)];
        var isWhole = Sum(head).AsSpan().SequenceEqual(bytes.Slice(head.Length, SumBytes));
        var payload = head[HeadBytes..].ToArray();
        if (!isWhole || !EventRecordJson.TryDecode(payload, out var record, out _) || record is null)
            return null;
        var milliseconds = BinaryPrimitives.ReadInt64LittleEndian(head[8..]);
        var publishAt = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return new(new OutboxEntry(record.Sequence, record.Id, payload, publishAt), record.Start.AddSeconds(record.Seconds));
    }

    /// <summary>Of a row that is no record: the first 8 bytes of the SHA-256 over its name and its number.</summary>
    public static long Of(string name, long number) => BinaryPrimitives.ReadInt64LittleEndian(Sum(Encoding.UTF8.GetBytes($"{name} {number}")));

    private static byte[] Sum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes)[..SumBytes];
}

/// <param name="Entry">As it was accepted.</param>
/// <param name="WindowEnd">Of its record.</param>
internal sealed record SealedRecord(OutboxEntry Entry, DateTimeOffset WindowEnd);
