using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>One line of a sensor and what is known of its wire.</summary>
internal sealed class WatchedLine(LineSensor sensor, int place)
{
    private BiasTest? _test = sensor.Options.Driven ? new BiasTest() : null;
    private bool _isBroken;

    public LineSensor Sensor => sensor;

    public int Line { get; } = sensor.Lines[place];

    /// <summary>What is read meanwhile is the test's doing.</summary>
    public bool IsTested => _test is { IsRunning: true };

    public DateTimeOffset TestDueAt => _test?.DueAt ?? DateTimeOffset.MaxValue;

    public void See(bool isHigh, DateTimeOffset at, List<SensorChange> changes) => sensor.See(place, isHigh, at, changes);

    public BiasStep NextStep(bool isHigh, DateTimeOffset now) => _test!.Next(isHigh, now);

    public void SkipTest(DateTimeOffset now) => _test!.Skip(now);

    public void BeginAnew() => _test = _test is null ? null : new BiasTest();

    /// <summary>The line can be read, or cannot; true where that is news.</summary>
    public bool SetBroken(bool isBroken, DateTimeOffset at, List<SensorChange> changes)
    {
        _isBroken = isBroken;
        return Judge(at, changes);
    }

    /// <summary>Takes in the answer of a test; true where it is news, and then <see cref="IsLoose"/> has it.</summary>
    public bool Judge(DateTimeOffset at, List<SensorChange> changes) => sensor.SetLoose(place, IsLoose, at, changes);

    public bool IsLoose => _isBroken || _test is { IsLoose: true };
}
