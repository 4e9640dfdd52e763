using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>
/// Counts one zone, window after window. Bounds what one track can do: at most 1 to the passages and at most 1 to one
/// behaviour, the first in the policy's order, in the window in which the track ends.
/// </summary>
/// <remarks>Per frame: <see cref="TryClose"/>, then <see cref="Observe"/> for every event, then <see cref="End"/> for every ended
/// track. None of them allocates but a close. Not thread-safe: one thread owns a camera.</remarks>
public sealed class WindowCounts
{
    // One bit for each behaviour in the policy's order; the highest bit is exposure.
    private const ulong PassageBit = 1UL << 63;

    private readonly string[] _behaviours;
    private readonly Dictionary<int, ulong> _tracks;
    private readonly int _tracksMax;
    private readonly long[] _counts;
    private long _passages;
    private TimeSpan _watched;
    private bool _isLost;

    /// <summary>Opens the window that <paramref name="now"/> lies in.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="seconds">Length of a window, 1..86400.</param>
    /// <param name="behaviours">What the policy scores in this zone, in its order.</param>
    /// <param name="now">The present time.</param>
    /// <param name="tracksMax">Tracks held at once; events of more are left out, see <see cref="TracksLeftOut"/>.</param>
    /// <exception cref="ArgumentException">A behaviour is not in the catalogue, is not scored, or stands there twice.</exception>
    public WindowCounts(string zone, int seconds, IReadOnlyList<string> behaviours, DateTimeOffset now, int tracksMax = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, EventRecord.SecondsMax);
        foreach (var behaviour in behaviours)
        {
            if (Contract.Behaviours.Find(behaviour) is not { Sign: BehaviourSign.Good or BehaviourSign.Bad })
                throw new ArgumentException($"'{behaviour}' is not a scored behaviour of the catalogue.", nameof(behaviours));
        }

        if (behaviours.Distinct().Count() != behaviours.Count)
            throw new ArgumentException($"A behaviour stands twice in the policy of zone {zone}.", nameof(behaviours));

        Zone = zone;
        Seconds = seconds;
        _behaviours = [.. behaviours];
        _counts = new long[_behaviours.Length];
        _tracksMax = tracksMax;
        _tracks = new Dictionary<int, ulong>(tracksMax);
        Start = WindowOf(now);
    }

    public string Zone { get; }

    public int Seconds { get; }

    /// <summary>Start of the open window.</summary>
    public DateTimeOffset Start { get; private set; }

    /// <summary>Tracks of which something is held; back to 0 when all have ended.</summary>
    public int TracksHeld => _tracks.Count;

    /// <summary>Events that found no place because too many tracks were held: a health figure.</summary>
    public long TracksLeftOut { get; private set; }

    /// <summary>What the policy scores in this zone, in its order.</summary>
    public IReadOnlyList<string> Behaviours => _behaviours;

    /// <summary>A track did something; behaviours that are not scored here are left out. It counts when the track ends.</summary>
    public void Observe(int trackId, string behaviour)
    {
        var bit = BitOf(behaviour);
        if (bit == 0)
            return;
        if (_tracks.TryGetValue(trackId, out var seen))
            _tracks[trackId] = seen | bit;
        else if (_tracks.Count < _tracksMax)
            _tracks.Add(trackId, bit);
        else
            TracksLeftOut++;
    }

    /// <summary>
    /// Something happened whose unit is no track: an encounter, an object, a pulse. It counts in the open window at once, each time,
    /// beside what its tracks did alone; so one person in <c>j</c> of them changes the counts by at most <c>1 + j</c>.
    /// </summary>
    /// <remarks>Leaving out what its tracks did alone would not lower that: without this person the others' would count again.</remarks>
    /// <param name="behaviour">Left out if it is not scored here.</param>
    public void ObserveEpisode(string behaviour)
    {
        var bit = BitOf(behaviour);
        if (bit is not (0 or PassageBit))
            _counts[BitOperations.TrailingZeroCount(bit)]++;
    }

    /// <summary>A track has ended: what it did counts in the open window, and nothing of it is held any longer.</summary>
    /// <param name="trackId">Of any confirmed track of the camera.</param>
    /// <param name="at">When; a time before the window, after the clock was set back, counts in it too.</param>
    /// <exception cref="InvalidOperationException">The window ended before: <see cref="TryClose"/> comes first.</exception>
    public void End(int trackId, DateTimeOffset at)
    {
        RequireOpenAt(at);
        if (_tracks.Remove(trackId, out var seen))
            Count(seen);
    }

    /// <summary>Every track has ended: the source is at its end, or the agent stops.</summary>
    /// <inheritdoc cref="End" path="/exception"/>
    public void EndAll(DateTimeOffset at)
    {
        RequireOpenAt(at);
        foreach (var seen in _tracks.Values)
            Count(seen);
        _tracks.Clear();
    }

    /// <summary>The camera really watched for so long; time in which it was blind or frozen is not given here.</summary>
    public void Watched(TimeSpan time) => _watched += time;

    /// <summary>What was counted before in this window is not known: its record will say so and hold no numbers.</summary>
    public void MarkLost() => _isLost = true;

    /// <summary>
    /// Closes the open window if it has ended. Call until it gives false: a window in which the agent slept has a record too.
    /// </summary>
    /// <param name="now">The present time. If it was set back by more than a window, the window is opened anew, as lost.</param>
    /// <param name="closed">The window that ended.</param>
    public bool TryClose(DateTimeOffset now, [NotNullWhen(true)] out ClosedWindow? closed)
    {
        closed = null;
        if (now < Start.AddSeconds(-Seconds))
        {
            Reopen(WindowOf(now));
            _isLost = true;
        }

        if (now < Start.AddSeconds(Seconds))
            return false;
        closed = new ClosedWindow(Totals());
        var next = Start.AddSeconds(Seconds);

        // The sink takes nothing older; a clock that was set from 1970 must not make records for every hour since.
        Reopen(now - next > RecordAge.Max ? WindowOf(now) : next);
        return true;
    }

    /// <summary>The totals so far.</summary>
    internal WindowTotals Totals() => new(Zone, Start, Seconds, _behaviours, _passages, [.. _counts], _watched, _isLost);

    /// <summary>Goes on from totals of the same zone and behaviours.</summary>
    internal void Restore(WindowTotals totals)
    {
        Reopen(totals.Start);
        _passages = totals.Passages;
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] = totals.Counts[i];
        _watched = totals.Watched;
        _isLost = totals.IsLost;
    }

    private void Count(ulong seen)
    {
        if ((seen & PassageBit) != 0)
            _passages++;
        var behaviours = seen & ~PassageBit;
        if (behaviours != 0)
            _counts[BitOperations.TrailingZeroCount(behaviours)]++;
    }

    private ulong BitOf(string behaviour)
    {
        if (behaviour is "passage" or "line_passage")
            return PassageBit;
        for (var i = 0; i < _behaviours.Length; i++)
        {
            if (_behaviours[i] == behaviour)
                return 1UL << i;
        }

        return 0;
    }

    private void Reopen(DateTimeOffset start)
    {
        Start = start;
        Array.Clear(_counts);
        _passages = 0;
        _watched = TimeSpan.Zero;
        _isLost = false;
    }

    private void RequireOpenAt(DateTimeOffset at)
    {
        if (at >= Start.AddSeconds(Seconds))
        {
            throw new InvalidOperationException(
                $"The window of {Zone} at {Start:u} has ended; close it before a track ends at {at:u}.");
        }
    }

    private DateTimeOffset WindowOf(DateTimeOffset at)
    {
        var unixSeconds = at.ToUnixTimeSeconds();
        return DateTimeOffset.FromUnixTimeSeconds(unixSeconds - unixSeconds % Seconds);
    }
}
