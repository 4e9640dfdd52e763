using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Contract;

/// <summary>All that a device can be told to do. None returns a picture or a count, starts a program, or names a path or an address.</summary>
public enum CommandWord : byte
{
    /// <summary>Takes the policy that the command names, if its bytes are on <c>sce/v1/policy/active</c>; on probation.</summary>
    SetPolicy,

    /// <summary>Makes a new key and has it enrolled in place of the old one.</summary>
    RotateKey,

    /// <summary>Ends with exit code 75, so that it is started again.</summary>
    Restart,

    /// <summary>Says of each part whether it works.</summary>
    SelfTest,
}

/// <summary>How far a command is.</summary>
public enum CommandOutcome : byte
{
    /// <summary>Never in this form; nothing was done.</summary>
    Refused,

    /// <summary>Begun; another answer follows.</summary>
    Begun,

    Done,

    /// <summary>It was tried and is as it was before.</summary>
    Failed,
}

/// <summary>Why a command was refused or failed: a closed list.</summary>
public enum CommandReason : byte
{
    None,

    /// <summary>Larger than any command.</summary>
    Oversized,

    /// <summary>The broker kept it: a command must never wait for whoever connects next.</summary>
    Retained,

    /// <summary>No signature, or one by another key than the enrolled one.</summary>
    Signature,

    /// <summary>Signed, but not of the contract's form: outside the list, with more fields, or written otherwise.</summary>
    Form,

    /// <summary>Of another device.</summary>
    OtherDevice,

    /// <summary>Its number is not above that of the last one that was taken.</summary>
    Replayed,

    /// <summary>Too late by the device's clock.</summary>
    Expired,

    /// <summary>Issued in the future by the device's clock: one of the two clocks is wrong.</summary>
    NotYet,

    /// <summary>The disk did not take its number, so that it could be played again.</summary>
    NotKept,

    /// <summary>Another one is still going on.</summary>
    Busy,

    /// <summary>No policy came on the topic.</summary>
    PolicyMissing,

    /// <summary>The policy on the topic has other bytes than the command names.</summary>
    PolicyOther,

    /// <summary>It is no policy for this device's zones.</summary>
    PolicyFaulty,

    /// <summary>It did not prove itself before and has not changed since.</summary>
    RejectedBefore,

    /// <summary>It did not prove itself; the one before is back.</summary>
    RolledBack,

    /// <summary>The device is not enrolled, so that nobody could take its new key.</summary>
    NotEnrolled,

    /// <summary>The sink did not take the new key; the old one stays.</summary>
    NotTaken,
}

/// <summary>What a self-test looks at, in this order.</summary>
public enum SelfTestCheck : byte
{
    Cameras,
    Model,
    Outbox,
    Clock,
    Sensors,
    Certificate,
    Configuration,
}

internal sealed class CommandNames() : JsonStringEnumConverter<CommandWord>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);

internal sealed class OutcomeWords() : JsonStringEnumConverter<CommandOutcome>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class ReasonWords() : JsonStringEnumConverter<CommandReason>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class CheckWords() : JsonStringEnumConverter<SelfTestCheck>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
