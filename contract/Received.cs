using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Contract;

/// <summary>What the sink has committed of one device: the payload of <c>sce/v1/{device}/received</c>.</summary>
/// <param name="UpTo">Everything up to this sequence is committed.</param>
/// <param name="Highest">The highest sequence committed.</param>
/// <param name="Gaps">What is missing between the two: first and last sequence of each gap, ascending.</param>
public sealed record Received(
    [property: JsonPropertyName("upTo"), JsonRequired] uint UpTo,
    [property: JsonPropertyName("highest"), JsonRequired] uint Highest,
    [property: JsonPropertyName("gaps"), JsonRequired] IReadOnlyList<uint[]> Gaps)
{
    /// <summary>True where the record may leave the outbox.</summary>
    public bool Covers(uint sequence)
    {
        if (sequence <= UpTo)
            return true;
        if (sequence > Highest)
            return false;
        foreach (var gap in Gaps)
        {
            if (sequence >= gap[0] && sequence <= gap[1])
                return false;
        }

        return true;
    }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.Received);

    /// <summary>Null for anything that is not a well-formed message.</summary>
    public static Received? TryDecode(ReadOnlySpan<byte> payload)
    {
        try
        {
            var received = JsonSerializer.Deserialize(payload, ContractJson.Default.Received);
            var wellFormed = received is { Gaps: not null } && received.Highest >= received.UpTo
                && received.Gaps.All(gap => gap is { Length: 2 } && gap[0] <= gap[1]);
            return wellFormed ? received : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(Received))]
internal sealed partial class ContractJson : JsonSerializerContext;
