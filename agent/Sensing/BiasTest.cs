namespace SocialCredit.Edge.Sensing;

/// <summary>What to do to the line next.</summary>
internal enum BiasStep
{
    PullUp,
    PullDown,
    Restore,

    /// <summary>Nothing: the level that is read now is the line's own again.</summary>
    Done,
}

/// <summary>
/// Finds out whether anybody drives a line: with the chip's resistor up, down and up again, a loose one follows each time,
/// which a driven one would have to do by two edges within milliseconds. Pure: every time is an argument.
/// </summary>
internal sealed class BiasTest
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>What a long wire needs to follow the resistor, 50 kOhm at 10 nF, four times over.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(2);

    private int _step;
    private bool _followed;

    /// <summary>When <see cref="Next"/> wants to be called.</summary>
    public DateTimeOffset DueAt { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>What is read meanwhile is the test's doing and says nothing of the sensor.</summary>
    public bool IsRunning => _step > 0;

    /// <summary>The answer of the last test.</summary>
    public bool IsLoose { get; private set; }

    /// <summary>The line could not be read: the test begins anew after a while.</summary>
    public void Skip(DateTimeOffset now) => (_step, DueAt) = (0, now + Every);

    /// <param name="isHigh">The level now.</param>
    /// <param name="now">At or after <see cref="DueAt"/>.</param>
    public BiasStep Next(bool isHigh, DateTimeOffset now)
    {
        DueAt = now + Settling;
        switch (_step++)
        {
            case 0:
                return BiasStep.PullUp;
            case 1:
                _followed = isHigh;
                return BiasStep.PullDown;
            case 2:
                _followed &= !isHigh;
                return BiasStep.PullUp;
            case 3:
                IsLoose = _followed && isHigh;
                return BiasStep.Restore;
            default:
                _step = 0;
                DueAt = now + Every;
                return BiasStep.Done;
        }
    }
}
