namespace SocialCredit.Edge.Sensing;

/// <summary>Gives the changes of a script in the order of time; those of one moment in the order of the file.</summary>
internal sealed class ScriptPlayer(SimulationScript script, DateTimeOffset start)
{
    private readonly List<ScriptEvent> _single = [.. Pulsed(script).Concat(script.Events).OrderBy(step => step.Seconds)];
    private readonly List<Turning> _turning = [.. script.Cycles.Values.Select(cycle => new Turning(cycle))];
    private int _played;

    /// <summary>When the next change comes; the far future if none does.</summary>
    public DateTimeOffset NextAt
    {
        get
        {
            var next = _played < _single.Count ? _single[_played].Seconds : double.PositiveInfinity;
            foreach (var cycle in _turning)
                next = Math.Min(next, cycle.NextSeconds);
            return At(next);
        }
    }

    /// <summary>The next change up to that time, if there is one.</summary>
    public bool TryTake(DateTimeOffset upTo, out int line, out ScriptLevel level)
    {
        (line, level) = (0, default);
        var next = NextAt;
        if (next > upTo)
            return false;
        if (_played < _single.Count && At(_single[_played].Seconds) == next)
        {
            (line, level) = (_single[_played].Line, _single[_played].Level);
            _played++;
            return true;
        }

        var step = _turning.First(cycle => At(cycle.NextSeconds) == next).Take();
        (line, level) = (step.Line, step.Level);
        return true;
    }

    // In whole microseconds, so that what the file says stands there and not a neighbour of it.
    private DateTimeOffset At(double seconds) =>
        seconds > 1e9 ? DateTimeOffset.MaxValue : start.AddTicks((long)Math.Round(seconds * 1e6) * TimeSpan.TicksPerMicrosecond);

    private static IEnumerable<ScriptEvent> Pulsed(SimulationScript script)
    {
        foreach (var pulse in script.Pulses.Values)
        {
            yield return new ScriptEvent { Seconds = 0, Line = pulse.Line, Level = pulse.Otherwise };
            foreach (var seconds in pulse.Seconds)
            {
                yield return new ScriptEvent { Seconds = seconds, Line = pulse.Line, Level = pulse.Level };
                yield return new ScriptEvent { Seconds = seconds + (pulse.Milliseconds / 1000.0), Line = pulse.Line, Level = pulse.Otherwise };
            }
        }
    }

    private sealed class Turning(ScriptCycle cycle)
    {
        private readonly List<ScriptEvent> _steps = [.. cycle.Steps.OrderBy(step => step.Seconds)];
        private long _taken;

        public double NextSeconds =>
            cycle.FromSeconds + (cycle.Seconds * (_taken / _steps.Count)) + _steps[(int)(_taken % _steps.Count)].Seconds;

        public ScriptEvent Take() => _steps[(int)(_taken++ % _steps.Count)];
    }
}
