using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>
/// Turns a closed window into the one record that may leave the device: noise of epsilon 0.4 on the passages and 0.6 on the
/// counts, 1.0 for one track-visit, and nothing at all where too few passed. The only door from tracks to the contract.
/// </summary>
public sealed class Anonymiser
{
    // One track adds at most 1 to the passages, and at most 1 to one of the counts: both scales are 1 / epsilon.
    internal static readonly (int Numerator, int Denominator) PassagesScale = (5, 2), CountsScale = (5, 3);

    private readonly AnonymiserOptions _options;
    private readonly ReleaseRule _rule;
    private readonly DiscreteLaplace _passagesNoise;
    private readonly DiscreteLaplace _countsNoise;

    /// <exception cref="ArgumentOutOfRangeException">Fewer tracks per person than 1.5.</exception>
    public Anonymiser(AnonymiserOptions options, IRandomSource random)
    {
        _options = options;
        _rule = ReleaseRule.For(options.TracksPerPerson);
        _passagesNoise = new DiscreteLaplace(PassagesScale.Numerator, PassagesScale.Denominator, random);
        _countsNoise = new DiscreteLaplace(CountsScale.Numerator, CountsScale.Denominator, random);
    }

    /// <summary>The record of a window. The outbox gives its sequence, and must hold it durably before it is published.</summary>
    /// <exception cref="InvalidOperationException">The window has its record already.</exception>
    public EventRecord Release(ClosedWindow closed)
    {
        var window = closed.Take();
        var isDemo = _options.Profile == PrivacyProfile.Demo;
        var passages = window.Passages + (isDemo ? 0 : _passagesNoise.Draw());
        var status = StatusOf(window, isDemo || _rule.Permits(window.Passages, passages));
        var counts = new BehaviourCount[window.Counts.Count];
        for (var i = 0; i < counts.Length; i++)
        {
            // Drawn for every window, released or not, so that the work done does not tell which it was.
            var count = window.Counts[i] + (isDemo ? 0 : _countsNoise.Draw());
            var published = status == RecordStatus.Ok ? Within(-EventRecord.CountMax, count) : 0;
            counts[i] = new BehaviourCount(window.Behaviours[i], published);
        }

        return new EventRecord
        {
            Site = _options.Site,
            Zone = window.Zone,
            Start = window.Start,
            Seconds = window.Seconds,
            Status = status,
            Coverage = CoverageOf(window),
            Passages = status == RecordStatus.Ok ? Within(0, passages) : 0,
            Counts = counts,
            Profile = _options.Profile,
            Policy = _options.Policy,
            Calibration = _options.Calibration,
        };
    }

    private static RecordStatus StatusOf(WindowTotals window, bool isPermitted)
    {
        if (window.IsLost)
            return RecordStatus.Lost;
        if (window.Watched <= TimeSpan.Zero)
            return RecordStatus.Off;
        return isPermitted ? RecordStatus.Ok : RecordStatus.Low;
    }

    /// <summary>Tenths, to the nearest, so that one frame missing from a window is not a tenth.</summary>
    private static int CoverageOf(WindowTotals window)
    {
        var tenthTicks = window.Seconds * TimeSpan.TicksPerSecond / 10;
        return (int)Math.Clamp((window.Watched.Ticks + tenthTicks / 2) / tenthTicks, 0, 10);
    }

    private static long Within(long min, long count) => Math.Clamp(count, min, EventRecord.CountMax);
}
