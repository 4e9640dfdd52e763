namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Why somebody objects; a closed list.</summary>
internal enum ContestReason : byte
{
    /// <summary>The camera sees something else than what happens.</summary>
    CameraWrong,

    /// <summary>The published numbers cannot be true.</summary>
    NumbersWrong,

    /// <summary>Works, an event or a detour made these days unlike others.</summary>
    PlaceChanged,

    /// <summary>The zone is drawn where it should not be.</summary>
    ZoneWrong,

    /// <summary>The rule does not fit this place.</summary>
    RuleWrong,

    Other,
}

/// <summary>How far a contest is.</summary>
internal enum ContestState : byte
{
    Open,
    Acknowledged,
    Remeasured,
    Decided,
}

/// <summary>How a contest ended.</summary>
internal enum ContestOutcome : byte
{
    /// <summary>The score stands.</summary>
    Uphold,

    /// <summary>Days of the zone no longer count.</summary>
    Exclude,

    /// <summary>The camera's factor is the one that was measured.</summary>
    Recalibrate,

    /// <summary>A behaviour no longer counts for the zone.</summary>
    Disable,
}

/// <summary>What a staged test gave for one behaviour.</summary>
/// <param name="Behaviour">Which.</param>
/// <param name="TruePositives">Staged events that were counted.</param>
/// <param name="FalsePositives">Counted, but not staged.</param>
/// <param name="Misses">Staged, but not counted.</param>
internal sealed record ContestMeasure(string Behaviour, long TruePositives, long FalsePositives, long Misses)
{
    /// <summary>Events that were staged.</summary>
    public long Events => TruePositives + Misses;

    /// <summary>Share of what was counted that was staged, 0..1; 0 where nothing was counted.</summary>
    public double Precision => TruePositives == 0 ? 0 : (double)TruePositives / (TruePositives + FalsePositives);

    /// <summary>Share of what was staged that was counted, 0..1.</summary>
    public double Recall => TruePositives == 0 ? 0 : (double)TruePositives / Events;

    /// <summary>g = precision / recall, by which counts are multiplied; null where nothing was seen rightly.</summary>
    public double? Factor => TruePositives == 0 ? null : Precision / Recall;
}

/// <summary>What was decided. Days are UTC, both included.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Behaviour">That which is disabled or recalibrated; null otherwise.</param>
/// <param name="From">The first excluded day; null otherwise.</param>
/// <param name="To">The last excluded day; null otherwise.</param>
internal sealed record ContestRuling(ContestOutcome Outcome, string? Behaviour = null, DateOnly? From = null, DateOnly? To = null);

/// <summary>That somebody contests a zone's score: all of it is public.</summary>
internal sealed record Contest
{
    /// <summary>From the opening on, within these a contest is acknowledged, re-measured, decided.</summary>
    public static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromDays(3), RemeasureWithin = TimeSpan.FromDays(14), DecideWithin = TimeSpan.FromDays(30);

    public required long Number { get; init; }

    public required string Zone { get; init; }

    /// <summary>Null for the zone as a whole.</summary>
    public string? Behaviour { get; init; }

    public required ContestReason Reason { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public DateTimeOffset? RemeasuredAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public ContestRuling? Ruling { get; init; }

    /// <summary>By behaviour.</summary>
    public IReadOnlyList<ContestMeasure> Measures { get; init; } = [];

    /// <summary>How many have objected for this.</summary>
    public long Objections { get; init; }

    public ContestState State => this switch
    {
        { DecidedAt: not null } => ContestState.Decided,
        { RemeasuredAt: not null } => ContestState.Remeasured,
        { AcknowledgedAt: not null } => ContestState.Acknowledged,
        _ => ContestState.Open,
    };

    /// <summary>Until when the next step is due; null when it is decided.</summary>
    public DateTimeOffset? Due => State switch
    {
        ContestState.Open => OpenedAt + AcknowledgeWithin,
        ContestState.Acknowledged => OpenedAt + RemeasureWithin,
        ContestState.Remeasured => OpenedAt + DecideWithin,
        _ => null,
    };

    public bool IsOverdue(DateTimeOffset now) => Due < now;
}
