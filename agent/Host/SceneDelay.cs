using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host;

/// <summary>A scene that waited, and what came with it.</summary>
/// <param name="Index">Of its frame.</param>
/// <param name="Scene">Valid until the next call; its changes are empty, for the caller to fill.</param>
/// <param name="IsWatching">Whether the camera watched.</param>
internal readonly record struct DelayedScene(long Index, Scene Scene, bool IsWatching);

/// <summary>
/// Holds the scenes of one camera back until changes of sensors that come late have come. A ring of copies: once it is as long as
/// the latency, nothing is allocated. One thread at a time.
/// </summary>
internal sealed class SceneDelay(TimeSpan latency)
{
    /// <summary>More than the longest latency of the fastest camera; the oldest goes early where more would wait.</summary>
    internal const int WaitingMax = 1024;

    private Entry[] _ring = [];
    private int _first;
    private int _count;
    private DateTimeOffset _newest;

    /// <summary>How many scenes wait.</summary>
    public int Count => _count;

    /// <summary>Takes a copy of the scene; the caller may fill it anew at once.</summary>
    public void Add(long index, Scene scene, bool isWatching)
    {
        if (_count == _ring.Length)
            Grow();
        var entry = _ring[(_first + _count) % _ring.Length];
        _count++;
        (entry.Index, entry.IsWatching, _newest) = (index, isWatching, scene.CapturedAt);
        var copy = entry.Scene;
        (copy.CapturedAt, copy.Aspect, copy.WatchedSince) = (scene.CapturedAt, scene.Aspect, scene.WatchedSince);
        copy.Changes.Clear();
        Copy(scene.Tracks, copy.Tracks);
        Copy(scene.Ended, copy.Ended);
    }

    /// <summary>The oldest scene, if it has waited for the latency.</summary>
    /// <param name="now">
    /// The time of the newest frame; where none comes any more, the clock's, and after the last one the far future.
    /// </param>
    /// <param name="taken">The scene.</param>
    public bool TryTake(DateTimeOffset now, out DelayedScene taken)
    {
        taken = default;
        if (_count == 0)
            return false;
        var entry = _ring[_first];
        // A clock that was set back, or a file that begins again, would keep the old scenes for ever.
        var isOutOfOrder = _newest < entry.Scene.CapturedAt;
        if (now - entry.Scene.CapturedAt < latency && !isOutOfOrder && _count < WaitingMax)
            return false;
        taken = new DelayedScene(entry.Index, entry.Scene, entry.IsWatching);
        _first = (_first + 1) % _ring.Length;
        _count--;
        return true;
    }

    private void Grow()
    {
        var longer = new Entry[Math.Max(8, _ring.Length * 2)];
        for (var i = 0; i < longer.Length; i++)
            longer[i] = i < _count ? _ring[(_first + i) % _ring.Length] : new Entry();
        (_ring, _first) = (longer, 0);
    }

    private static void Copy<T>(List<T> from, List<T> to)
    {
        to.Clear();
        to.AddRange(from);
    }

    private sealed class Entry
    {
        public long Index { get; set; }

        public bool IsWatching { get; set; }

        public Scene Scene { get; } = new();
    }
}
