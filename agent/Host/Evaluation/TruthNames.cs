using System.Collections.Frozen;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>What the classes of public data sets are here. Case does not matter; a name that is not here is left out and counted.</summary>
internal static class TruthNames
{
    private static readonly FrozenDictionary<string, ObjectClass> Classes = new Dictionary<ObjectClass, string[]>
    {
        [ObjectClass.Person] = ["person", "people", "pedestrian"],
        [ObjectClass.Bicycle] = ["bicycle", "bike"],
        [ObjectClass.Vehicle] = ["car", "bus", "truck", "van", "motorbike", "motorcycle"],
        [ObjectClass.Bag] = ["backpack", "handbag", "suitcase", "bag"],
        [ObjectClass.Animal] = ["bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"],
    }
    .SelectMany(entry => entry.Value.Select(name => KeyValuePair.Create(name, entry.Key)))
    .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static ObjectClass? ClassOf(string name) => Classes.TryGetValue(name.Trim(), out var known) ? known : null;
}
