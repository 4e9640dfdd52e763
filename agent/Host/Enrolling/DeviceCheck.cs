using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Host.Enrolling;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">It, in a word or two.</param>
/// <param name="Result">How it stands.</param>
/// <param name="Said">In a sentence, with what to do.</param>
internal sealed record DeviceCheck(string What, CheckResult Result, string Said)
{
    public static string ToJson(IReadOnlyList<DeviceCheck> checks) => JsonSerializer.Serialize(checks, DeviceCheckJson.Default.IReadOnlyListDeviceCheck);
}

internal enum CheckResult : byte
{
    Ok,

    /// <summary>The agent does its work, but somebody should know.</summary>
    Warning,

    /// <summary>It stands in the way.</summary>
    Failure,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(CheckResultWords)])]
[JsonSerializable(typeof(IReadOnlyList<DeviceCheck>))]
internal sealed partial class DeviceCheckJson : JsonSerializerContext;

internal sealed class CheckResultWords() : JsonStringEnumConverter<CheckResult>(JsonNamingPolicy.CamelCase);
