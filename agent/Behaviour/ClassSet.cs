using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>A set of object classes as one word, so that asking costs nothing.</summary>
internal readonly record struct ClassSet(uint Bits)
{
    public static ClassSet Of(IEnumerable<ObjectClass> classes) =>
        new(classes.Aggregate(0u, (bits, c) => bits | (1u << (int)c)));

    public bool Contains(ObjectClass c) => (Bits & (1u << (int)c)) != 0;
}
