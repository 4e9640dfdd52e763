namespace SocialCredit.Edge.Domain;

/// <summary>What a detector can tell apart. Never who, never what kind of person.</summary>
public enum ObjectClass : byte
{
    Person,
    Bicycle,

    /// <summary>Car, van, bus, truck or motorcycle.</summary>
    Vehicle,
    Bag,
    Animal,

    /// <summary>Anything that lies still and belongs to no other class.</summary>
    Object,
}

/// <summary>One box of one class in one frame; lives for one frame, in RAM.</summary>
/// <param name="Box">Pixels of the frame.</param>
/// <param name="Class">What it is.</param>
/// <param name="Confidence">0..1.</param>
public readonly record struct Detection(Box Box, ObjectClass Class, float Confidence);

/// <summary>Detections of one object joined over frames. The id is per run and lives in RAM only.</summary>
/// <param name="Id">From 1, never used again in a run.</param>
/// <param name="Class">What it is, by the vote of its detections.</param>
/// <param name="Box">Pixels of the frame: the filtered place, predicted where the object was not seen.</param>
/// <param name="Confidence">0..1, of its newest detection.</param>
/// <param name="IsSeen">True where a detection of this very frame belongs to it.</param>
public readonly record struct Track(int Id, ObjectClass Class, Box Box, float Confidence, bool IsSeen);
