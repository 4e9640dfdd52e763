namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>How a zone's camera sees a behaviour: g = precision / recall, 1 where nothing was measured.</summary>
internal sealed class Calibration(IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> factors)
{
    /// <summary>Every camera is taken to see exactly what happens.</summary>
    public static Calibration None { get; } = new(new Dictionary<string, IReadOnlyDictionary<string, double>>());

    public double Factor(string zone, string behaviour) =>
        factors.TryGetValue(zone, out var ofZone) && ofZone.TryGetValue(behaviour, out var factor) ? factor : 1;
}
