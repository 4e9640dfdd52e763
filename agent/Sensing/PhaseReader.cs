using System.Globalization;
using System.Text;
using System.Text.Json;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>Reads a phase out of a controller's message, which may be anything at all.</summary>
internal sealed class PhaseReader(ControllerOptions options)
{
    /// <summary>The longest message that is looked at.</summary>
    public const int BytesMax = 64 * 1024;

    private const int WordMax = 64;

    private readonly string[] _path = options.Key?.Split('.') ?? [];
    private readonly Dictionary<string, PhaseColour> _words = new(options.Words, StringComparer.OrdinalIgnoreCase);

    /// <summary>Null where the message can be used; then the state is unknown if its word is none of ours.</summary>
    public string? Read(ReadOnlyMemory<byte> message, out SensorState state)
    {
        state = SensorState.Unknown;
        if (message.Length > BytesMax)
            return $"Its message is longer than {BytesMax / 1024} KiB.";
        try
        {
            using var json = JsonDocument.Parse(message);
            if (Find(json.RootElement) is not { } found)
                return $"Its message has no key {options.Key}.";
            return TryWord(found, out var word) ? Take(word, out state) : "What stands there is no word.";
        }
        catch (JsonException) when (_path.Length == 0)
        {
            return message.Length <= WordMax ? Take(Encoding.UTF8.GetString(message.Span), out state) : "Its message is no word.";
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return "Its message is not JSON.";
        }
    }

    private JsonElement? Find(JsonElement at)
    {
        foreach (var step in _path)
        {
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out var inner))
                at = inner;
            else if (at.ValueKind == JsonValueKind.Array && IsPlace(step, at.GetArrayLength(), out var place))
                at = at[place];
            else
                return null;
        }

        return at;
    }

    private static bool IsPlace(string step, int length, out int place) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out place) && place < length;

    private static bool TryWord(JsonElement element, out string word)
    {
        word = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
            _ => "",
        };
        return word.Length is > 0 and <= WordMax;
    }

    private string? Take(string word, out SensorState state)
    {
        state = !_words.TryGetValue(word.Trim(), out var colour) ? SensorState.Unknown : colour switch
        {
            PhaseColour.Red => SensorState.Red,
            PhaseColour.Amber => SensorState.Amber,
            _ => SensorState.Green,
        };
        return null;
    }
}
