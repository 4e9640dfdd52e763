using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>What a checkpoint holds: the open windows of one device, and which run of the machine they are of.</summary>
internal sealed record CheckpointForm(
    [property: JsonRequired] int Version,
    [property: JsonRequired] string BootId,
    [property: JsonRequired] IReadOnlyList<WindowTotals> Windows);

[JsonSourceGenerationOptions(AllowDuplicateProperties = false, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CheckpointForm))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
