namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>How a zone's camera sees a behaviour: g = precision / recall, 1 where nothing was measured.</summary>
internal sealed class Calibration(IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> factors)
{
    /// <summary>Every camera is taken to see exactly what happens.</summary>
    public static Calibration None { get; } = new(new Dictionary<string, IReadOnlyDictionary<string, double>>());

    public double Factor(string zone, string behaviour) =>
        factors.TryGetValue(zone, out var ofZone) && ofZone.TryGetValue(behaviour, out var factor) ? factor : 1;

    /// <summary>This calibration with other factors in place of some of its own.</summary>
    public Calibration With(IEnumerable<(string Zone, string Behaviour, double Factor)> others)
    {
        if (!others.Any())
            return this;
        var all = factors.ToDictionary(zone => zone.Key, zone => zone.Value, StringComparer.Ordinal);
        foreach (var zone in others.ToLookup(other => other.Zone, StringComparer.Ordinal))
        {
            var merged = all.TryGetValue(zone.Key, out var own) ? own.ToDictionary() : [];
            foreach (var (_, behaviour, factor) in zone)
                merged[behaviour] = factor;
            all[zone.Key] = merged;
        }

        return new Calibration(all);
    }
}
