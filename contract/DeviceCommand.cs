using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Contract;

/// <summary>A command to one device: the payload of <c>sce/v1/{device}/cmd</c>, signed by the sink's command key.</summary>
public sealed record DeviceCommand
{
    /// <summary>The type under which a command is signed, and its content type.</summary>
    public const string PayloadType = "application/vnd.socialcredit-edge.command+json";

    /// <summary>No command is longer.</summary>
    public const int BytesMax = 1024;

    /// <summary>The version of this form.</summary>
    public const int Version = 1;

    /// <summary>The highest number that every reader of JSON holds exactly, 2^53 - 1 (RFC 8259, section 6).</summary>
    public const long IdMax = (1L << 53) - 1;

    private static readonly OneForm<DeviceCommand> Reader = new("command", BytesMax, CommandJson.Default.DeviceCommand, command => command.Fault(), command => command.Write());

    [JsonRequired]
    public int V { get; init; } = Version;

    /// <summary>The only device that takes it.</summary>
    public required string Device { get; init; }

    /// <summary>1 to <see cref="IdMax"/>, higher than that of every command before.</summary>
    public required long Id { get; init; }

    /// <summary>Whole seconds, UTC.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>Not to be taken later; at most a day after it was issued.</summary>
    public required DateTimeOffset Expires { get; init; }

    public required CommandWord Command { get; init; }

    /// <summary>The policy's id; only of set-policy, else null.</summary>
    public required string? Policy { get; init; }

    /// <summary>SHA-256 of its exact bytes, 64 hexadecimal digits; only of set-policy, else null.</summary>
    public required string? Sha256 { get; init; }

    /// <exception cref="InvalidOperationException">It breaks a rule of the contract.</exception>
    public byte[] Encode() => Fault() is { } fault ? throw new InvalidOperationException(fault) : Write();

    /// <summary>Null for anything that is not of this form, byte by byte.</summary>
    public static DeviceCommand? TryDecode(ReadOnlySpan<byte> payload) => Reader.TryRead(payload, out var command, out _) ? command : null;

    private byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, CommandJson.Default.DeviceCommand);

    private string? Fault()
    {
        if (V != Version || !Names.IsValid(Device) || Id is < 1 or > IdMax || !Enum.IsDefined(Command))
            return "'v', 'device', 'id' or 'command' is not of the contract.";
        if (Issued.Offset != TimeSpan.Zero || Expires.Offset != TimeSpan.Zero || Issued.Ticks % TimeSpan.TicksPerSecond != 0 || Expires.Ticks % TimeSpan.TicksPerSecond != 0
            || Expires <= Issued || Expires - Issued > TimeSpan.FromDays(1))
            return "'issued' and 'expires' are not whole seconds in UTC, at most a day apart.";
        var isPolicy = Policy is not null && Names.IsVersion(Policy) && Names.IsSha256(Sha256);
        var isNothing = Policy is null && Sha256 is null;
        return (Command == CommandWord.SetPolicy ? isPolicy : isNothing) ? null : "'policy' and 'sha256' belong to set-policy, and to it alone.";
    }
}

/// <summary>What a device says to a command: the payload of <c>sce/v1/{device}/ack</c>, signed by the device's key.</summary>
public sealed record CommandAnswer
{
    /// <summary>The type under which an answer is signed, and its content type.</summary>
    public const string PayloadType = "application/vnd.socialcredit-edge.answer+json";

    /// <summary>No answer is longer.</summary>
    public const int BytesMax = 1024;

    /// <summary>The version of this form.</summary>
    public const int Version = 1;

    private static readonly OneForm<CommandAnswer> Reader = new("answer", BytesMax, CommandJson.Default.CommandAnswer, answer => answer.Fault(), answer => answer.Write());

    [JsonRequired]
    public int V { get; init; } = Version;

    public required string Device { get; init; }

    /// <summary>The command's; 0 where the command is not by the enrolled key: nothing of such a one is repeated.</summary>
    public required long Id { get; init; }

    public required CommandOutcome Outcome { get; init; }

    public required CommandReason Reason { get; init; }

    /// <summary>Of a self-test, else empty.</summary>
    public required IReadOnlyList<SelfTestResult> Checks { get; init; }

    /// <exception cref="InvalidOperationException">It breaks a rule of the contract.</exception>
    public byte[] Encode() => Fault() is { } fault ? throw new InvalidOperationException(fault) : Write();

    /// <summary>Null for anything that is not of this form, byte by byte.</summary>
    public static CommandAnswer? TryDecode(ReadOnlySpan<byte> payload) => Reader.TryRead(payload, out var answer, out _) ? answer : null;

    private byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, CommandJson.Default.CommandAnswer);

    private string? Fault()
    {
        if (V != Version || !Names.IsValid(Device) || Id is < 0 or > DeviceCommand.IdMax || !Enum.IsDefined(Outcome) || !Enum.IsDefined(Reason))
            return "'v', 'device', 'id', 'outcome' or 'reason' is not of the contract.";
        for (var i = 0; i < Checks.Count; i++)
        {
            if (Checks[i] is null || !Enum.IsDefined(Checks[i].Check) || (i > 0 && Checks[i].Check <= Checks[i - 1].Check))
                return "'checks' are not in the contract's words and order.";
        }

        return null;
    }
}

/// <summary>One line of a self-test.</summary>
public sealed record SelfTestResult
{
    public required SelfTestCheck Check { get; init; }

    public required bool Ok { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    MaxDepth = 4,
    Converters = [typeof(CommandNames), typeof(OutcomeWords), typeof(ReasonWords), typeof(CheckWords), typeof(HourWords)])]
[JsonSerializable(typeof(DeviceCommand))]
[JsonSerializable(typeof(CommandAnswer))]
internal sealed partial class CommandJson : JsonSerializerContext;
