using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Tests;

/// <summary>Words for what may describe a person or a picture: no field of a record, no parameter of a log line has one in its name.</summary>
internal static partial class PersonalWords
{
    /// <summary>Of persons, of what is known of one in RAM, and of what a picture is made of.</summary>
    public static readonly string[] OfPersons =
    [
        "track", "tracks", "box", "boxes", "bounding", "polygon", "position", "speed", "velocity", "heading", "dwell", "appearance",
        "colour", "color", "gait", "pose", "face", "faces", "embedding", "vector", "feature", "confidence", "crop", "pixel", "pixels",
        "person", "persons", "people", "pedestrian", "subject", "individual", "member", "group", "age", "sex", "gender", "race",
        "religion", "emotion", "identity", "plate", "passage", "passages", "detection", "detections",
    ];

    /// <summary>What a record may not say besides; a log line names cameras and files and says when.</summary>
    public static readonly string[] OfDetails =
    [
        "location", "direction", "duration", "image", "picture", "photo", "frame", "video", "hash", "name", "ip", "mac", "address",
        "text", "note", "comment", "time", "timestamp", "raw", "true",
    ];

    /// <summary>The words of a name in camel or Pascal case, in small letters.</summary>
    public static IEnumerable<string> In(string name) => Word().Matches(name).Select(word => word.Value.ToLowerInvariant());

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+", RegexOptions.None, 1000)]
    private static partial Regex Word();
}
