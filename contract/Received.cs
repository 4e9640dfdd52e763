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

    /// <summary>Each behind the one before it, all between <see cref="UpTo"/> and <see cref="Highest"/>.</summary>
    private bool AreGapsInOrder()
    {
        var last = UpTo;
        foreach (var gap in Gaps)
        {
            if (gap is not { Length: 2 } || gap[0] <= last || gap[1] < gap[0] || gap[1] >= Highest)
                return false;
            last = gap[1];
        }

        return true;
    }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.Received);

    /// <summary>Null for anything that is not a well-formed message: a record that it covers by mistake would be lost.</summary>
    public static Received? TryDecode(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > EventRecordJson.BytesMax)
            return null;
        try
        {
            var received = JsonSerializer.Deserialize(payload, ContractJson.Default.Received);
            return received is { Gaps: not null } && received.Highest >= received.UpTo && received.AreGapsInOrder() ? received : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Received))]
internal sealed partial class ContractJson : JsonSerializerContext;
