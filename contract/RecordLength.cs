namespace SocialCredit.Edge.Contract;

/// <summary>How long a device's payloads are: all equally, so that the length says nothing of what happened.</summary>
public static class RecordLength
{
    /// <summary>Lengths are multiples of this.</summary>
    public const int StepBytes = 64;

    private static readonly string LongestVersion = new('0', Names.LengthMax);

    /// <summary>
    /// The smallest multiple of <see cref="StepBytes"/> that holds any record of these zones: every number at its widest,
    /// versions at their longest, so that a new policy version or calibration does not change it.
    /// </summary>
    /// <param name="site">The device's site.</param>
    /// <param name="zones">Every zone of the device, with the behaviours that are counted in it.</param>
    /// <exception cref="ArgumentException">There is no zone.</exception>
    public static int For(string site, IEnumerable<(string Zone, IReadOnlyList<string> Behaviours)> zones)
    {
        var longestBytes = 0;
        foreach (var (zone, behaviours) in zones)
            longestBytes = Math.Max(longestBytes, EventRecordJson.MeasureBytes(Widest(site, zone, behaviours)));
        if (longestBytes == 0)
            throw new ArgumentException("A device without a zone sends no record.", nameof(zones));
        return (longestBytes + StepBytes - 1) / StepBytes * StepBytes;
    }

    private static EventRecord Widest(string site, string zone, IReadOnlyList<string> behaviours) => new()
    {
        Site = site,
        Zone = zone,
        Start = DateTimeOffset.UnixEpoch,
        Seconds = EventRecord.SecondsMax,
        Status = RecordStatus.Lost,
        Coverage = 10,
        Passages = EventRecord.CountMax,
        Counts = [.. behaviours.Select(behaviour => new BehaviourCount(behaviour, -EventRecord.CountMax))],
        Profile = PrivacyProfile.Standard,
        Policy = LongestVersion,
        Calibration = LongestVersion,
        Sequence = uint.MaxValue,
    };
}
