using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>
/// Makes the state of one sensor of the levels of its lines: debounced, and unknown where a wire is pulled. Pure: every time is
/// an argument, and times do not go back.
/// </summary>
internal sealed class LineSensor(string name, LineOptions options)
{
    /// <summary>Lamps may flash or change over for so long before a signal without a phase is unknown.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(2);

    private Debounce _debounce = new(TimeSpan.FromMilliseconds(options.DebounceMilliseconds));
    private readonly bool[] _isLoose = new bool[options.Lines.Count];
    private int _levels;
    private SensorState? _read;
    private DateTimeOffset? _silentSince;
    private SensorState _said;
    private DateTimeOffset _saidAt;

    public string Name => name;

    public LineOptions Options => options;

    public IReadOnlyList<int> Lines { get; } = options.Lines;

    /// <summary>When <see cref="Advance"/> can say something new, if nothing is seen before.</summary>
    public DateTimeOffset DueAt =>
        _silentSince is { } since && _debounce.DueAt > since + SilenceMax ? since + SilenceMax : _debounce.DueAt;

    /// <summary>Takes in a level; adds what is known up to then.</summary>
    /// <param name="line">Its place in <see cref="Lines"/>.</param>
    /// <param name="isHigh">The electrical level.</param>
    /// <param name="at">When it was read, or when the edge came.</param>
    /// <param name="changes">The caller's list.</param>
    public void See(int line, bool isHigh, DateTimeOffset at, List<SensorChange> changes)
    {
        Advance(at, changes);
        var bit = 1 << line;
        _levels = isHigh != options.ActiveLow ? _levels | bit : _levels & ~bit;
        _debounce.See(_levels, at);
    }

    /// <summary>A line is driven by nobody, or again by somebody; true where that is news.</summary>
    public bool SetLoose(int line, bool isLoose, DateTimeOffset at, List<SensorChange> changes)
    {
        if (_isLoose[line] == isLoose)
            return false;
        Advance(at, changes);
        _isLoose[line] = isLoose;
        Conclude(at, changes);
        return true;
    }

    /// <summary>Adds what has become known by now.</summary>
    public void Advance(DateTimeOffset now, List<SensorChange> changes)
    {
        if (_silentSince is { } since && now >= since + SilenceMax && _debounce.DueAt > since + SilenceMax)
            GiveUp(since + SilenceMax, changes);
        if (_debounce.TryAdvance(now, out var levels, out var at))
        {
            if (options.Read(levels) is { } state)
                (_read, _silentSince) = (state, null);
            else
                _silentSince ??= at;
            Conclude(at, changes);
        }

        if (_silentSince is { } silent && now >= silent + SilenceMax)
            GiveUp(silent + SilenceMax, changes);
    }

    /// <summary>Forgets all that was seen, and from when; the only call that may be dated before another.</summary>
    public void BeginAnew(DateTimeOffset now, List<SensorChange> changes)
    {
        _debounce = new Debounce(TimeSpan.FromMilliseconds(options.DebounceMilliseconds));
        _saidAt = now;
        Array.Clear(_isLoose);
        GiveUp(now, changes);
    }

    private void GiveUp(DateTimeOffset at, List<SensorChange> changes)
    {
        (_read, _silentSince) = (SensorState.Unknown, null);
        Conclude(at, changes);
    }

    private void Conclude(DateTimeOffset at, List<SensorChange> changes)
    {
        var state = Array.IndexOf(_isLoose, true) >= 0 ? SensorState.Unknown : _read ?? SensorState.Unknown;
        if (state == _said)
            return;
        _said = state;
        if (at > _saidAt)
            _saidAt = at;
        changes.Add(new SensorChange(_saidAt, name, state));
    }
}
