using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Evaluation;
using SocialCredit.Edge.Inference.Evaluation;
using SocialCredit.Edge.Sensing;
using Spectre.Console;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge replay</c>: plays a clip through detector, tracker and rules of a configuration; nothing is sent.</summary>
internal static class ReplayCommand
{
    /// <summary>Enough for the edges that last; more only takes time.</summary>
    private const int PictureFrames = 60;

    public static Command Create()
    {
        var clip = new Argument<string>("clip") { Description = "A video file or a folder of pictures." };
        var config = CommonOptions.Config();
        var camera = new Option<string?>("--camera") { Description = "Whose zones and model; the first camera if left out." };
        var tracksOut = new Option<string?>("--tracks-out") { Description = "Write tracks here, in MOT format." };
        var detectionsOut = new Option<string?>("--detections-out") { Description = "Write detections here, in MOT format." };
        var eventsOut = new Option<string?>("--events-out") { Description = "Write one line for each event here: frame, zone, behaviour, where, direction." };
        var picture = new Option<string?>("--picture") { Description = "Draw zones, paths and events over the clip's lasting edges, as SVG; no pixel of a frame." };
        var shadowModel = new Option<string?>("--shadow-model") { Description = "Another model on the same frames; prints by how much its counts differ." };
        var models = CommonOptions.Models();
        var command = new Command("replay", """
            Plays a clip through the rules of a configuration and prints what they saw. Offline: nothing is sent.

            Examples:
              edge replay monday.mp4 --config edge.yaml
              edge replay vtest.avi --config edge.yaml --tracks-out tracks.txt --detections-out detections.txt
              edge replay crosswalk.mp4 --config edge.yaml --camera north --events-out events.csv --picture events.svg
              edge replay monday.mp4 --config edge.yaml --shadow-model street-480
            """)
        { clip, config, camera, tracksOut, detectionsOut, eventsOut, picture, shadowModel, models };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetRequiredValue(clip),
                parsed.GetRequiredValue(config),
                parsed.GetValue(camera),
                parsed.GetValue(models))
            {
                TracksOut = parsed.GetValue(tracksOut),
                DetectionsOut = parsed.GetValue(detectionsOut),
                EventsOut = parsed.GetValue(eventsOut),
                Picture = parsed.GetValue(picture),
                ShadowModel = parsed.GetValue(shadowModel),
            },
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

        if (request.ShadowModel is { } other)
            section = section with { Shadow = (section.Shadow ?? new ShadowSection()) with { Model = other } };
        using var outputs = new MotOutputs(request.TracksOut, request.DetectionsOut);
        using var list = request.EventsOut is null ? null : new StreamWriter(request.EventsOut);
        var report = new ReplayReport(section, list);
        var picture = new EventPicture(section, report);
        var refusal = await PlayAsync(request, (configuration, section), (request.Picture is null ? report : picture, () => report.Frames), outputs, cancellationToken);
        if (report.Frames > 0)
            report.Print(AnsiConsole.Console);
        if (request.Picture is not null && report.Frames > 0)
            Draw(request.Picture, request.Clip, picture, report.Frames);
        return refusal is null ? 0 : Refuse.With($"{request.Clip}: {refusal}");
    }

    private static async Task<string?> PlayAsync(
        Request request,
        (AgentConfiguration Agent, CameraSection Section) configuration,
        (IFrameObserver Observer, Func<long> Frames) seen,
        MotOutputs outputs,
        CancellationToken cancellationToken)
    {
        using var parts = CameraParts.Open(
            configuration.Agent,
            configuration.Section with { Source = Path.GetFullPath(request.Clip), Paced = false, Loop = false, StartsAt = DateTimeOffset.UnixEpoch },
            configuration.Agent.Models(request.Models));
        using var hub = configuration.Agent.Sensing.IsEmpty ? null : SensorHub.OpenOffline(configuration.Agent.Sensing, NullLogger.Instance);
        using var pipeline = parts.Pipeline(seen.Observer, hub, outputs.IsAsked ? outputs.Write : null);
        using var progress = new Progress(TimeProvider.System, () => $"{seen.Frames()} frames");
        parts.Camera.Start();
        var refusal = await pipeline.RunAsync(cancellationToken);
        foreach (var line in parts.Difference?.AllLines() ?? [])
            AnsiConsole.Console.WriteLine($"Shadow: {line}");
        return refusal;
    }

    /// <summary>The frames are looked at once more, evenly over the clip: nothing keeps a frame while it is played.</summary>
    private static void Draw(string path, string clip, EventPicture picture, long frames)
    {
        using var edges = new EdgeLines();
        var every = Math.Max(1, (int)(frames / PictureFrames));
        foreach (var (number, frame) in FrameSequence.Read(clip))
        {
            using (frame)
            {
                if (number % every == 0)
                    edges.Add(frame);
            }
        }

        File.WriteAllText(path, picture.Draw(edges.Lasting()));
    }

    private sealed record Request(string Clip, string Config, string? Camera, string? Models)
    {
        public string? TracksOut { get; init; }

        public string? DetectionsOut { get; init; }

        public string? EventsOut { get; init; }

        public string? Picture { get; init; }

        public string? ShadowModel { get; init; }
    }
}
