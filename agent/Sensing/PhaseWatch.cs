using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>
/// What one controller said last, and whether that is still worth anything. A message that cannot be used changes nothing until
/// the last good one is stale. Every time is an argument.
/// </summary>
internal sealed class PhaseWatch(string name, ControllerOptions options, Action<SensorChange> offer, ILogger log)
{
    private readonly PhaseReader _reader = new(options);
    private readonly Lock _gate = new();
    private DateTimeOffset? _goodAt;
    private bool _isSilent = true;
    private bool _hasToldSilence;
    private bool _hasToldWord;
    private string _trouble = "It was not reached.";
    private SensorState _said;

    /// <summary>A message came.</summary>
    public void Hear(ReadOnlyMemory<byte> message, DateTimeOffset at)
    {
        lock (_gate)
        {
            if (_reader.Read(message, out var state) is { } trouble)
            {
                _trouble = trouble;
                return;
            }

            _goodAt = at;
            if (_isSilent)
                SensingLog.ControllerAnswers(log, name);
            (_isSilent, _hasToldSilence) = (false, false);
            if (state == SensorState.Unknown && !_hasToldWord)
            {
                _hasToldWord = true;
                SensingLog.WordUnknown(log, name);
            }

            Say(state, at);
        }
    }

    /// <summary>The controller could not be asked.</summary>
    public void Fail(string reason)
    {
        lock (_gate)
            _trouble = reason;
    }

    /// <summary>The way to the controller is cut: what it says meanwhile is not heard, so the last phase is worth nothing at once.</summary>
    public void Lose(DateTimeOffset now)
    {
        lock (_gate)
            Say(SensorState.Unknown, now);
    }

    /// <summary>Time went on; call it about once a second.</summary>
    public void Check(DateTimeOffset now)
    {
        lock (_gate)
        {
            _goodAt ??= now;
            // Either way: a clock that was set back must not keep a phase for so much longer.
            if ((now - _goodAt.Value).Duration() < TimeSpan.FromSeconds(options.StaleSeconds))
                return;
            _isSilent = true;
            if (!_hasToldSilence)
                SensingLog.ControllerSilent(log, name, options.StaleSeconds, _trouble);
            _hasToldSilence = true;
            Say(SensorState.Unknown, now);
        }
    }

    private void Say(SensorState state, DateTimeOffset at)
    {
        if (state == _said)
            return;
        _said = state;
        offer(new SensorChange(at, name, state));
    }
}
