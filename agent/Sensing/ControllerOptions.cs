using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>A phase as a controller may call it.</summary>
public enum PhaseColour
{
    Red,
    Amber,
    Green,
}

/// <summary>The phase of a signal as its controller tells it over the network.</summary>
public abstract record ControllerOptions : SensorOptions
{
    /// <summary>
    /// Where the phase stands in the controller's JSON, such as <c>signals.2.phase</c>: keys, and numbers from 0 for places in
    /// lists. Without it the whole message is the phase.
    /// </summary>
    [RegularExpression(@"[^.]{1,64}(\.[^.]{1,64}){0,15}")]
    public string? Key { get; init; }

    /// <summary>What the controller calls each phase, whatever the case; a word that is not here makes the signal unknown.</summary>
    [MinLength(1)]
    public IReadOnlyDictionary<string, PhaseColour> Words { get; init; } = new Dictionary<string, PhaseColour>
    {
        ["red"] = PhaseColour.Red,
        ["amber"] = PhaseColour.Amber,
        ["yellow"] = PhaseColour.Amber,
        ["green"] = PhaseColour.Green,
    };

    /// <summary>After so long without a message that can be used, the signal is unknown.</summary>
    [Range(1, 3600)]
    public int StaleSeconds { get; init; } = 5;

    /// <summary>The name of another signal whose place this one takes while that is unknown.</summary>
    public string? StandInFor { get; init; }

    public override SensorKind Kind => SensorKind.Signal;

    /// <summary>The machine that is spoken to, and on which port.</summary>
    public abstract (string Host, int Port) Partner { get; }

    internal override string? StandsInFor => StandInFor;

    internal abstract IController Create();
}

/// <summary>The way to a controller.</summary>
internal interface IController
{
    /// <summary>Listens until cancelled, whatever happens on the way, and tells the watch all that it hears.</summary>
    Task RunAsync(PhaseWatch watch, TimeProvider time, CancellationToken cancellationToken);
}
