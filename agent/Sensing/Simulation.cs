namespace SocialCredit.Edge.Sensing;

/// <summary>
/// Plays a script through the same loop that watches real lines. Time stands still between two moments at which something
/// happens, so the same script gives the same changes however far apart the calls are.
/// </summary>
internal sealed class Simulation(SimulationScript script, SimulatedGpio gpio, LineLoop loop, SimulatedClock clock)
{
    private ScriptPlayer? _player;

    /// <summary>When something happens next; at once before the first call, which is the start.</summary>
    public DateTimeOffset DueAt => _player is null ? DateTimeOffset.MinValue : Earlier(_player.NextAt, loop.DueAt);

    /// <summary>Everything up to that time happens. Times that go back are ignored.</summary>
    public void AdvanceTo(DateTimeOffset now)
    {
        if (_player is null)
            Begin(now);
        while (DueAt is var due && due <= now)
            Happen(due > clock.GetUtcNow() ? due : clock.GetUtcNow());
        if (now > clock.GetUtcNow())
            Happen(now);
    }

    private void Begin(DateTimeOffset start)
    {
        _player = new ScriptPlayer(script, start);
        clock.Set(start);
        // What the wires are at the start was so before anybody looked.
        while (_player.TryTake(start, out var line, out var level))
            gpio.Set(line, level);
        loop.Step(start);
    }

    private void Happen(DateTimeOffset at)
    {
        clock.Set(at);
        while (_player!.TryTake(at, out var line, out var level))
            gpio.Set(line, level);
        loop.Step(at);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
