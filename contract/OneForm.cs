using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// Reads what has one form only, byte by byte: no other form of the same content is taken, so that nothing can hide in white space, escapes or
/// the order of keys.
/// </summary>
/// <param name="name">What it is called where it is refused.</param>
/// <param name="bytesMax">A longer payload is refused unread.</param>
/// <param name="json">Its closed form.</param>
/// <param name="fault">Null if what was read keeps every rule, else what is wrong, without any text of the payload.</param>
/// <param name="write">The one form of what keeps the rules.</param>
internal sealed class OneForm<T>(string name, int bytesMax, JsonTypeInfo<T> json, Func<T, string?> fault, Func<T, byte[]> write) where T : class
{
    /// <summary>False, with the reason, for anything else; takes any bytes.</summary>
    /// <param name="payload">It may be hostile.</param>
    /// <param name="value">What was read, or null.</param>
    /// <param name="reason">What is wrong, without any text of the payload; empty if nothing is.</param>
    public bool TryRead(ReadOnlySpan<byte> payload, out T? value, out string reason)
    {
        reason = Read(payload, out value) ?? "";
        if (reason.Length > 0)
            value = null;
        return value is not null;
    }

    private string? Read(ReadOnlySpan<byte> payload, out T? value)
    {
        value = null;
        if (payload.Length > bytesMax)
            return $"the payload is longer than {bytesMax} bytes.";
        try
        {
            value = JsonSerializer.Deserialize(payload, json);
        }
        catch (JsonException malformed)
        {
            // Not the exception's own words: they quote the payload.
            return $"the payload is not the JSON of a {name} (byte {malformed.BytePositionInLine} of line {malformed.LineNumber}).";
        }

        if (value is null)
            return "the payload is not a JSON object.";
        return fault(value) ?? (write(value).AsSpan().SequenceEqual(payload) ? null : "it is not written in the one form of the contract.");
    }
}
