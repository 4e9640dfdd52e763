namespace SocialCredit.Edge.Contract;

/// <summary>What a behaviour is to the score.</summary>
public enum BehaviourSign : byte
{
    /// <summary>Counts passages, the denominator of every rate.</summary>
    Exposure,
    Good,
    Bad,

    /// <summary>For running the place; in no policy, never in a record unless switched on.</summary>
    Observed,

    /// <summary>Switches an output of the device, and never leaves it in any message.</summary>
    Local,
}

/// <summary>One behaviour and its definition in words, as code, policy and register use it.</summary>
public sealed record BehaviourDefinition(string Name, BehaviourSign Sign, string Definition)
{
    /// <summary>
    /// True where the unit is no track but something that happened once: an encounter, an object, a pulse, a press. Who takes part
    /// in several adds 1 for each.
    /// </summary>
    public bool IsEpisode { get; init; }

    /// <summary>True where a policy may name it: good or bad. No device takes a policy with another.</summary>
    public bool IsScored => Sign is BehaviourSign.Good or BehaviourSign.Bad;
}

/// <summary>The catalogue: a behaviour that is not here cannot be configured, counted or scored.</summary>
public static class Behaviours
{
    public static IReadOnlyList<BehaviourDefinition> All { get; } =
    [
        new("passage", BehaviourSign.Exposure, "A road user whose foot point is inside the zone for at least 0.5 s."),
        new("line_passage", BehaviourSign.Exposure, "A road user whose path crosses the drawn line, counted per direction; a band on both sides must be held before it counts again."),
        new("red_crossing", BehaviourSign.Bad, "Enters the carriageway more than 2.0 s after the signal turned red and crosses at least half of its width."),
        new("waited_on_red", BehaviourSign.Good, "Rests in the waiting area for at least 2 s during red, then enters on green and crosses at least half of the carriageway."),
        new("wrong_way", BehaviourSign.Bad, "Moves more than 120 degrees off the lane's direction for at least 2 s and at least 5 m (without calibration: a tenth of the picture)."),
        new("stop_keep_clear", BehaviourSign.Bad, "A vehicle slower than 0.2 m/s inside the keep-clear area for more than 60 s (10 s in a box junction)."),
        new("vehicle_on_footway", BehaviourSign.Bad, "A vehicle stands or moves on the footway for at least 1 s."),
        new("speeding", BehaviourSign.Bad, "Median speed over at least 1 s above the limit plus 10 %."),
        new("yielded", BehaviourSign.Good, "A vehicle that could still stop lets a pedestrian cross first.") { IsEpisode = true },
        new("not_yielded", BehaviourSign.Bad, "A vehicle that could still stop drives over the crosswalk before a pedestrian who has come up to it and then crosses.") { IsEpisode = true },
        new("near_miss", BehaviourSign.Bad, "Two road users pass the same place less than 1.5 s apart, or would have collided within 1.5 s.") { IsEpisode = true },
        new("abandoned_object", BehaviourSign.Bad, "An object lies still for at least 30 s with nobody within 3 m who brought it.") { IsEpisode = true },
        new("object_cleared", BehaviourSign.Good, "An abandoned object is taken away.") { IsEpisode = true },
        new("littering", BehaviourSign.Bad, "Something is dropped and left behind."),
        new("bin_used", BehaviourSign.Good, "The bin's flap moves, and somebody was within 1.5 m of it in the 3 s before.") { IsEpisode = true },
        new("door_left_open", BehaviourSign.Bad, "The door stands open for more than 30 s with nobody within 2 m.") { IsEpisode = true },
        new("tailgating", BehaviourSign.Bad, "More people pass than were let in, within one opening of the door.") { IsEpisode = true },
        new("steward_fix", BehaviourSign.Good, "A steward confirms a repair with two presses of the button within 10 s.") { IsEpisode = true },
        new("crossed_outside", BehaviourSign.Observed, "Crosses at least half of the carriageway more than 2 m outside the crosswalk."),
        new("crowding", BehaviourSign.Observed, "More than 2 persons per square metre for 60 s; counts again for every further minute.") { IsEpisode = true },
        new("dwell", BehaviourSign.Observed, "Seconds in the zone, in buckets."),
        new("queue", BehaviourSign.Observed, "How many persons stand in the queue area, in buckets; once for each who stays in it for 5 s."),
        new("assistance", BehaviourSign.Local, "A person lies still: for 10 s the box is lower than 0.6 of its own standing form. Switches a light on the spot, nothing else."),
    ];

    private static readonly Dictionary<string, BehaviourDefinition> ByName = All.ToDictionary(b => b.Name);

    /// <summary>Null if the catalogue has no such behaviour.</summary>
    public static BehaviourDefinition? Find(string name) => ByName.GetValueOrDefault(name);
}
