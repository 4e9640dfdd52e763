using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Simulation;

/// <summary>
/// The device of the simulated city: counts, noise and release rule as a real one has them (contract, section 3). Each hour of
/// each zone has random numbers of its own, so the result depends on the seed and the hour, never on when the command runs.
/// </summary>
internal sealed class SimulatedDevice(Policy policy, int seed, DateTimeOffset end, int days)
{
    public const int Seconds = 3600;

    private const int TruePassagesMin = 30;
    private const int NoisedPassagesMin = 64;
    private const double EpsilonPassages = 0.4;
    private const double EpsilonCounts = 0.6;

    // Sequences count hours from here on; a longer or later run continues them.
    private static readonly DateTimeOffset Founded = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The record of one hour.</summary>
    public EventRecord Record(int zoneNumber, DateTimeOffset start)
    {
        var zone = SimulatedCity.Zones[zoneNumber];
        var hour = (int)(start - Founded).TotalHours;
        var noise = new SeededNoise(unchecked((seed * 1_000_003 + zoneNumber) * 1_000_003 + hour));
        var status = zone.CameraDiedDaysAgo is { } ago && start >= end.AddDays(-ago) ? RecordStatus.Off : RecordStatus.Ok;
        var passages = noise.Poisson(zone.Footfall * zone.Rhythm.ShareAt(start));
        var noisedPassages = passages + noise.DiscreteLaplace(EpsilonPassages);
        if (status == RecordStatus.Ok && (passages < TruePassagesMin || noisedPassages < NoisedPassagesMin))
            status = RecordStatus.Low;
        var isReleased = status == RecordStatus.Ok;
        var counts = policy.BehavioursOf(zone.Name)
            .Select(name => new BehaviourCount(name, isReleased ? Count(zone, policy.Behaviours[name], passages, (start, noise)) : 0));
        return new EventRecord
        {
            Site = SimulatedNames.Site,
            Zone = zone.Name,
            Start = start,
            Seconds = Seconds,
            Status = status,
            Coverage = status == RecordStatus.Off ? 0 : 10,
            Passages = isReleased ? noisedPassages : 0,
            Counts = [.. counts],
            Profile = PrivacyProfile.Standard,
            Policy = policy.Id,
            Calibration = "simulated",
            Sequence = (uint)(hour * SimulatedCity.Zones.Count + zoneNumber + 1),
        };
    }

    private long Count(SimulatedZone zone, PolicyBehaviour behaviour, long passages, (DateTimeOffset Start, SeededNoise Noise) at)
    {
        var elapsed = Math.Clamp(1 - (end - at.Start).TotalDays / days, 0, 1);
        var character = behaviour.Sign == PolicySign.Good ? zone.Good : zone.Bad * Math.Pow(zone.Trend, elapsed);
        var events = Math.Min(passages, at.Noise.Poisson(passages * behaviour.Reference / 1000 * character));
        return events + at.Noise.DiscreteLaplace(EpsilonCounts);
    }
}
