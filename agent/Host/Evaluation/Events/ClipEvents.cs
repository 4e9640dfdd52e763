using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Evaluation.Events;

/// <summary>
/// Events that the agent sees in a clip against those that the same rules see of the ground truth's boxes. It judges detector
/// and tracker; whether a rule means the right thing, scenes and storyboards judge.
/// </summary>
internal static class ClipEvents
{
    public sealed record Request(string Clip, string Truth, string Config, string? Models);

    /// <summary>Scores by behaviour over all zones of the first camera; null and every fault where something is wrong.</summary>
    public static async Task<(IReadOnlyList<EventScores>? Scores, IReadOnlyList<ConfigFault> Faults)> EvaluateAsync(
        Request request, CancellationToken cancellationToken)
    {
        if (AgentConfiguration.Load(request.Config, out var faults) is not { } agent)
            return (null, faults);
        var section = agent.Options.Cameras[0] with
        {
            Source = Path.GetFullPath(request.Clip),
            Paced = false,
            Loop = false,
            StartsAt = DateTimeOffset.UnixEpoch,
        };
        List<MotRow> rows;
        try
        {
            rows = MotFile.Read(request.Truth, File.ReadLines(request.Truth));
        }
        catch (FormatException unreadable)
        {
            throw new IOException(unreadable.Message, unreadable);
        }

        var record = new ClipRecord(section, agent.Sensing.Kinds);
        using (var parts = CameraParts.Open(agent, section, agent.Models(request.Models)))
        using (var pipeline = parts.Pipeline(record, offline: record.Measure))
        {
            parts.Camera.Start();
            if (await pipeline.RunAsync(cancellationToken) is { } refusal)
                throw new IOException($"{request.Clip}: {refusal}");
        }

        var scores = section.Zones.SelectMany((zone, i) =>
            EventScores.Of(zone.Behaviours.Keys, record.Truth(i, rows), record.Seen[i], record.Hours));
        return ([.. scores.GroupBy(s => s.Behaviour).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Aggregate((a, b) => a + b))], []);
    }
}
