using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation.Events;

/// <summary>Something that happened, as the truth or as the rules have it. No track: an evaluation compares occurrences.</summary>
/// <param name="Seconds">From the beginning of the scene or the clip.</param>
/// <param name="Behaviour">Its name in the catalogue.</param>
/// <param name="Line">Which line was crossed, where there is one.</param>
/// <param name="Crossing">Which way.</param>
internal readonly record struct TimedEvent(double Seconds, string Behaviour, string? Line = null, Crossing Crossing = Crossing.None)
{
    public override string ToString() => $"{Behaviour}{(Line is null ? "" : $" {Line} {Crossing}")}";
}
