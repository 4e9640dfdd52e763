using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Host;

/// <summary>What outlives a change of the configuration, from the start of the process to its end. For one loop.</summary>
internal sealed class AgentLife(TimeProvider time)
{
    private readonly ClockWatch _clock = new(time);
    private readonly long _from = time.GetTimestamp();
    private readonly Dictionary<string, TimeSpan> _watched = [];
    private readonly Queue<CommandAnswer> _answers = [];
    private long _coverageFrom = time.GetTimestamp();

    public TimeSpan Uptime => time.GetElapsedTime(_from);

    /// <summary>How often the clock was set.</summary>
    public int ClockSteps { get; private set; }

    public bool HasClockStepped { get; private set; }

    /// <summary>A command was refused since the last report.</summary>
    public bool HasRefusedCommand { get; set; }

    /// <summary>Records and windows given up, as of the last report; null before the first.</summary>
    public long? LossesReported { get; private set; }

    /// <summary>Adds to what each camera watched, and looks at the clock.</summary>
    public void Tick(TimeSpan passed, IEnumerable<string> watching)
    {
        foreach (var camera in watching)
            _watched[camera] = _watched.GetValueOrDefault(camera) + passed;
        if (_clock.TakeStep() == TimeSpan.Zero)
            return;
        ClockSteps++;
        HasClockStepped = true;
    }

    /// <summary>Tenths of the time since the last report in which a camera watched.</summary>
    public int CoverageOf(string camera)
    {
        var passed = time.GetElapsedTime(_coverageFrom);
        return passed <= TimeSpan.Zero ? 0 : (int)Math.Clamp(Math.Round(_watched.GetValueOrDefault(camera) / passed * 10), 0, 10);
    }

    /// <summary>A report was made: what is counted from report to report begins anew.</summary>
    public void Reported(long losses)
    {
        _watched.Clear();
        _coverageFrom = time.GetTimestamp();
        (HasClockStepped, HasRefusedCommand, LossesReported) = (false, false, losses);
    }

    /// <summary>An answer that waits for the next configuration to be up.</summary>
    public void AnswerLater(CommandAnswer answer) => _answers.Enqueue(answer);

    public CommandAnswer? TakeAnswer() => _answers.TryDequeue(out var answer) ? answer : null;
}
