using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>Reads <c>zone: {behaviour: g}</c>, g = precision / recall of the zone's camera for the behaviour.</summary>
internal static class CalibrationReader
{
    /// <summary>Outside of these a camera does not measure the behaviour at all.</summary>
    public const double FactorMin = 0.01, FactorMax = 100;

    /// <summary>The file is null where there are faults; never throws for what stands in it or for a missing file.</summary>
    public static (CalibrationFile? File, IReadOnlyList<ConfigFault> Faults) Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = YamlReader.ReadBytes(path);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, [new ConfigFault(path, 0, "", $"The calibration cannot be read: {broken.Message}", "Check the path.")]);
        }

        var document = YamlReader.Parse<Dictionary<string, IReadOnlyDictionary<string, double>>>(bytes, path);
        foreach (var (zone, factors) in document.Value ?? [])
            Check(zone, factors, document.AddFault);
        return document is { Value: { } read, Faults.Count: 0 } ? (new CalibrationFile(new Calibration(read), bytes), []) : (null, document.Faults);
    }

    private static void Check(string zone, IReadOnlyDictionary<string, double> factors, Action<string, string, string> fault)
    {
        if (!Names.IsValid(zone))
            fault(zone, "This is no name of a zone.", "Use 3 to 32 of a-z, 0-9 and -.");
        foreach (var (behaviour, factor) in factors)
        {
            if (Behaviours.Find(behaviour) is null)
                fault($"{zone}.{behaviour}", "The catalogue has no such behaviour.", "Check its spelling against the policy.");
            if (!(factor is >= FactorMin and <= FactorMax))
                fault($"{zone}.{behaviour}", $"{factor} is not a factor.", $"Write precision / recall, {FactorMin} to {FactorMax}.");
        }
    }
}
