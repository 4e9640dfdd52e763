using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Host.Staging;

/// <summary>How a configuration stands.</summary>
internal enum HistoryState : byte
{
    /// <summary>It runs and has not proven itself yet; found at a start, the process that tried it has died.</summary>
    Probation,

    /// <summary>It worked.</summary>
    Good,

    /// <summary>It did not work, and is not tried again until it changes.</summary>
    Rejected,
}

/// <summary>A configuration that was tried on this device.</summary>
/// <param name="Number">Rises by one; its texts lie beside the history under it.</param>
/// <param name="Sha256">Of both texts and the models that they name.</param>
/// <param name="At">When it began or was judged, UTC.</param>
/// <param name="State">How it stands.</param>
/// <param name="Why">In words, where it was rejected.</param>
/// <param name="Command">The command that brought it; 0 where a file was changed.</param>
/// <param name="Facts">What worked when it was found good.</param>
internal sealed record HistoryEntry(
    int Number, string Sha256, DateTimeOffset At, HistoryState State, string Why, long Command, ProbationFacts Facts);

/// <summary>What worked, and so must work again under what comes next.</summary>
/// <param name="Cameras">Those that gave frames.</param>
/// <param name="IsConnected">The broker was there.</param>
internal sealed record ProbationFacts(IReadOnlyList<string> Cameras, bool IsConnected)
{
    public static ProbationFacts None { get; } = new([], false);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(List<HistoryEntry>))]
[JsonSerializable(typeof(SetPolicyNote))]
[JsonSerializable(typeof(Remote.CommandNote))]
internal sealed partial class StateJson : JsonSerializerContext;
