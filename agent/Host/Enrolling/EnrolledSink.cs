using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Host.Enrolling;

/// <summary>The sink that this device is enrolled with, as its state folder keeps it.</summary>
internal sealed record EnrolledSink
{
    /// <summary>Its name in the state folder.</summary>
    public const string FileName = "enrolment.json";

    /// <summary>Where certificates are asked for: <c>https://sink.example:8443</c>.</summary>
    public required Uri Sink { get; init; }

    public required string Device { get; init; }

    /// <summary>Those that an operator approved.</summary>
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>SubjectPublicKeyInfo in base64 of the key that signs commands to this device; null where the sink has none.</summary>
    public string? CommandKey { get; init; }

    /// <summary>Where the sink says that its broker is; null where it does not know.</summary>
    public string? BrokerHost { get; init; }

    public int? BrokerPort { get; init; }

    /// <summary>Null where the device is not enrolled.</summary>
    /// <exception cref="IOException">The file is damaged; the message says what to do.</exception>
    public static EnrolledSink? Find(string state)
    {
        var path = Path.Combine(state, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), EnrolledSinkJson.Default.EnrolledSink)
                ?? throw new JsonException("It holds nothing.");
        }
        catch (Exception unusable) when (unusable is JsonException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be read: {unusable.Message} Delete it and enrol the device again; its key stays.", unusable);
        }
    }

    /// <summary>
    /// The key by which the sink signs commands, SubjectPublicKeyInfo; null where the device is not enrolled, or it cannot be read: then no
    /// command is taken.
    /// </summary>
    public static byte[]? FindCommandKey(string state)
    {
        try
        {
            return Find(state)?.CommandKey is { } key ? Convert.FromBase64String(key) : null;
        }
        catch (Exception damaged) when (damaged is IOException or FormatException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Keep(string state) => StateFile.Write(Path.Combine(state, FileName), JsonSerializer.SerializeToUtf8Bytes(this, EnrolledSinkJson.Default.EnrolledSink));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EnrolledSink))]
internal sealed partial class EnrolledSinkJson : JsonSerializerContext;
