using System.CommandLine;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tracking;
using Spectre.Console;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge replay</c>: plays a clip through detector, tracker and rules of a configuration; nothing is sent.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var clip = new Argument<string>("clip") { Description = "A video file or a folder of pictures." };
        var config = CommonOptions.Config();
        var camera = new Option<string?>("--camera") { Description = "Whose zones and model; the first camera if left out." };
        var tracksOut = new Option<string?>("--tracks-out") { Description = "Write tracks here, in MOT format." };
        var detectionsOut = new Option<string?>("--detections-out") { Description = "Write detections here, in MOT format." };
        var models = CommonOptions.Models();
        var command = new Command("replay", """
            Plays a clip through the rules of a configuration and prints what they saw. Offline: nothing is sent.

            Examples:
              edge replay monday.mp4 --config edge.yaml
              edge replay vtest.avi --config edge.yaml --tracks-out tracks.txt --detections-out detections.txt
            """)
        { clip, config, camera, tracksOut, detectionsOut, models };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetRequiredValue(clip),
                parsed.GetRequiredValue(config),
                parsed.GetValue(camera),
                (parsed.GetValue(tracksOut), parsed.GetValue(detectionsOut)),
                parsed.GetValue(models)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, CancellationToken cancellationToken)
    {
        if (AgentConfiguration.Load(request.Config, out var faults) is not { } configuration)
            return Refuse.With(faults);
        var section = request.Camera is null
            ? configuration.Options.Cameras[0]
            : configuration.Options.Cameras.FirstOrDefault(camera => camera.Name == request.Camera);
        if (section is null)
            return Refuse.With($"{request.Config} has no camera '{request.Camera}'. It has: {string.Join(", ", configuration.Options.Cameras.Select(c => c.Name))}.");

        using var outputs = new MotOutputs(request.Outputs.Tracks, request.Outputs.Detections);
        var report = new ReplayReport(section);
        var refusal = await PlayAsync(request, (configuration, section), report, outputs, cancellationToken);
        if (report.Frames > 0)
            report.Print(AnsiConsole.Console);
        return refusal is null ? 0 : Refuse.With($"{request.Clip}: {refusal}");
    }

    private static async Task<string?> PlayAsync(
        Request request,
        (AgentConfiguration Agent, CameraSection Section) configuration,
        ReplayReport report,
        MotOutputs outputs,
        CancellationToken cancellationToken)
    {
        var store = ModelStore.FromEnvironment(request.Models ?? configuration.Agent.Options.Models);
        using var parts = CameraParts.Open(
            configuration.Agent,
            configuration.Section with { Source = Path.GetFullPath(request.Clip), Paced = false, Loop = false, StartsAt = DateTimeOffset.UnixEpoch },
            store);
        using var pipeline = parts.Pipeline(report, outputs.IsAsked ? outputs.Write : null);
        using var progress = new Progress(TimeProvider.System, () => $"{report.Frames} frames");
        parts.Camera.Start();
        return await pipeline.RunAsync(cancellationToken);
    }

    private sealed record Request(string Clip, string Config, string? Camera, (string? Tracks, string? Detections) Outputs, string? Models);

    /// <summary>The two MOT files; frames count from 1 there.</summary>
    private sealed class MotOutputs(string? tracksPath, string? detectionsPath) : IDisposable
    {
        private readonly StreamWriter? _tracks = tracksPath is null ? null : new StreamWriter(tracksPath);
        private readonly StreamWriter? _detections = detectionsPath is null ? null : new StreamWriter(detectionsPath);

        public bool IsAsked => _tracks is not null || _detections is not null;

        public void Write(long index, List<Detection> detections, List<Track> tracks)
        {
            var frame = (int)index + 1;
            foreach (var detection in detections)
            {
                if (detection.Class == ObjectClass.Person)
                    _detections?.WriteLine(MotFile.Line(new MotRow(frame, -1, detection.Box, detection.Confidence)));
            }

            foreach (var track in tracks)
            {
                if (track.Class == ObjectClass.Person)
                    _tracks?.WriteLine(MotFile.Line(new MotRow(frame, track.Id, track.Box, track.Confidence)));
            }
        }

        public void Dispose()
        {
            _tracks?.Dispose();
            _detections?.Dispose();
        }
    }
}
