using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>Plays levels to one sensor and writes down what it says, as milliseconds and state: <c>100 on</c>.</summary>
internal sealed class Sensed(LineOptions options)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private readonly LineSensor _sensor = new("sensor", options);
    private readonly List<SensorChange> _changes = [];

    public static DateTimeOffset At(double milliseconds) => Start.AddMilliseconds(milliseconds);

    public static string Words(SensorChange change) =>
        $"{(change.At - Start).TotalMilliseconds:0} {change.State.ToString().ToLowerInvariant()}";

    public Sensed See(double milliseconds, bool isHigh, int line = 0)
    {
        _sensor.See(line, isHigh, At(milliseconds), _changes);
        return this;
    }

    public Sensed Loose(double milliseconds, bool isLoose, int line = 0)
    {
        _sensor.SetLoose(line, isLoose, At(milliseconds), _changes);
        return this;
    }

    /// <summary>All that it said up to then, stepping only when it asks to be stepped.</summary>
    public string[] Until(double milliseconds)
    {
        while (_sensor.DueAt is var due && due <= At(milliseconds))
            _sensor.Advance(due, _changes);
        _sensor.Advance(At(milliseconds), _changes);
        return [.. _changes.Select(Words)];
    }
}
