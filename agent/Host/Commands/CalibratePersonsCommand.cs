using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge calibrate persons</c>: how the camera stands, from the known height of who walks through a clip.</summary>
internal static class CalibratePersonsCommand
{
    public static Command Create()
    {
        var clip = new Argument<string?>("clip") { Description = "A video file or a folder of pictures.", Arity = ArgumentArity.ZeroOrOne };
        var (config, camera, models) = (CommonOptions.Config(), CalibrateCommand.Camera(), CommonOptions.Models());
        var tracks = new Option<string?>("--tracks") { Description = "Instead of a clip: tracks of persons in MOT format." };
        var size = new Option<string?>("--size") { Description = "Of the picture of --tracks, such as 768x576." };
        var rate = Number("--fps", "Frames a second of --tracks.", 10, (0.5, 1000));
        var height = Number("--person-height", "Mean height in metres of who walks there, in shoes.", WalkerFit.PersonHeightMetres, (0.5, 2.5));
        var view = Number("--field-of-view", "Degrees from the left edge of the picture to the right one; estimated if left out.", null, (2, 150));
        var command = new Command("persons", """
            Finds how a camera stands from the persons who walk through a clip, all over the picture, near and far, and prints
            the lines for edge.yaml with their uncertainty. Every length is only as right as the persons' mean height. With
            --field-of-view, from the camera's data sheet, the result is much surer. The ground must be flat; lens distortion is
            not modelled. Nothing of the clip is kept.

            Examples:
              edge calibrate persons clip.mp4 --config edge.yaml --camera north --field-of-view 60
              edge calibrate persons clip.mp4 --person-height 1.65
              edge calibrate persons --tracks tracks.txt --size 768x576 --fps 10
            """)
        { clip, config, camera, tracks, size, rate, height, view, models };
        command.Validators.Add(result =>
        {
            var hasClip = result.GetValue(clip) is not null;
            if (hasClip == result.GetValue(tracks) is not null)
                result.AddError("Name a clip, or tracks with --tracks and --size; one of them.");
            if (!hasClip && SizeOf(result.GetValue(size)) is null)
                result.AddError("--tracks needs the picture's --size in pixels, such as 768x576.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var sightings = new WalkerSightings();
            var console = parsed.InvocationConfiguration;
            var refusal = parsed.GetValue(clip) is { } path
                ? await WatchAsync(path, CalibrateCommand.Find(parsed.GetRequiredValue(config), parsed.GetValue(camera), console.Error), (parsed.GetValue(models), sightings), cancellationToken)
                : ReadTracks(parsed.GetRequiredValue(tracks)!, SizeOf(parsed.GetValue(size))!.Value, parsed.GetValue(rate)!.Value, sightings);
            if (refusal is null)
                return Print(sightings, parsed.GetValue(height)!.Value, parsed.GetValue(view), console);
            console.Error.WriteLine(refusal);
            return 1;
        });
        return command;
    }

    private static Option<double?> Number(string name, string description, double? value, (double Min, double Max) range)
    {
        var option = new Option<double?>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { } given && !(given >= range.Min && given <= range.Max))
                result.AddError(Text($"{name} must be from {range.Min} to {range.Max}."));
        });
        return option;
    }

    private static (int Width, int Height)? SizeOf(string? text)
    {
        var parts = (text ?? "").Split('x');
        var isSize = parts.Length == 2
            & int.TryParse(parts[0], CultureInfo.InvariantCulture, out var width)
            & int.TryParse(parts[^1], CultureInfo.InvariantCulture, out var height);
        return isSize && width > 0 && height > 0 ? (width, height) : null;
    }

    /// <summary>Why the clip cannot be watched, or null.</summary>
    private static async Task<string?> WatchAsync(
        string clip, CameraSection? section, (string? Models, WalkerSightings Sightings) to, CancellationToken cancellationToken)
    {
        if (section is null)
            return "Nothing was calibrated.";
        var played = section with { Source = Path.GetFullPath(clip), Paced = false, Loop = false, StartsAt = DateTimeOffset.UnixEpoch };
        using var camera = new Camera(CameraParts.OptionsOf("", played), TimeProvider.System, NullLogger.Instance);
        var detector = new Detector(ModelStore.FromEnvironment(to.Models).Find(section.Model), new DetectorOptions());
        var watcher = new Watcher(to.Sightings);
        using var pipeline = new AgentPipeline(camera, [detector], new Follower([], watcher), section.Aspect);
        using var progress = new Progress(TimeProvider.System, () => $"{watcher.Frames} frames");
        camera.Start();
        return await pipeline.RunAsync(cancellationToken) is { } refusal ? $"{clip}: {refusal}" : null;
    }

    private static string? ReadTracks(string path, (int Width, int Height) size, double rate, WalkerSightings sightings)
    {
        try
        {
            var scene = new Scene { Aspect = (float)size.Width / size.Height };
            foreach (var frame in MotFile.Read(path, File.ReadLines(path)).GroupBy(row => row.Frame).OrderBy(rows => rows.Key))
            {
                scene.CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(frame.Key / rate);
                scene.Tracks.Clear();
                scene.Tracks.AddRange(frame.Select(row => new SceneTrack(row.Id, ObjectClass.Person, Shares(row.Box, size), IsSeen: true)));
                sightings.Add(scene);
            }

            return null;
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
        {
            return unusable.Message;
        }
    }

    private static Box Shares(in Box box, (int Width, int Height) size) =>
        new(box.Left / size.Width, box.Top / size.Height, box.Right / size.Width, box.Bottom / size.Height);

    private static int Print(WalkerSightings sightings, double personHeight, double? fieldOfView, InvocationConfiguration console)
    {
        if (WalkerFit.Make(sightings, personHeight, fieldOfView, out var fault) is not { } fit)
        {
            console.Error.WriteLine(fault);
            return 1;
        }

        var camera = fit.Camera;
        var ((low, high), (shorter, longer)) = (fit.FieldOfViewRange, fit.DistanceRange);
        var output = console.Output;
        output.WriteLine($"{fit.Tracks} tracks of persons, seen whole at {fit.Places} places.");
        output.WriteLine(Text($"The camera is {camera.HeightMetres:0.0} m up (one standard error {100 * fit.HeightErrorShare:0.#} %) and looks {camera.TiltDegrees:0.0} degrees down (+-{fit.TiltErrorDegrees:0.0}); field of view {camera.FieldOfViewDegrees:0.#} degrees."));
        output.WriteLine(fieldOfView is null
            ? Text($"The field of view is an estimate: {low:0} to {high:0} degrees are about as likely, and with them distances of {shorter:0.00} to {longer:0.00} times these. --field-of-view makes it sure.")
            : "The standard errors take the field of view that was given as exact.");
        output.WriteLine(Text($"Persons' heights spread by {100 * fit.DeviationSigma:0.#} % under this camera. Their mean was taken for {personHeight:0.00} m: every length is as right as that, {5 / personHeight:0.#} % for 5 cm."));
        if (double.IsFinite(fit.PaceMetresPerSecond))
            output.WriteLine(Text($"Who walked did so at {fit.PaceMetresPerSecond:0.00} m/s (1.0 to 1.6 is usual)."));
        output.WriteLine();
        output.WriteLine("ground:");
        output.WriteLine(Text($"  camera: {{heightMetres: {camera.HeightMetres:0.00}, tiltDegrees: {camera.TiltDegrees:0.00}, rollDegrees: {camera.RollDegrees:0.00}, fieldOfViewDegrees: {camera.FieldOfViewDegrees:0.0}}}"));
        return 0;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Watcher(WalkerSightings sightings) : IFrameObserver
    {
        public long Frames { get; private set; }

        public void Observe(in SeenFrame frame)
        {
            Frames = frame.Index + 1;
            sightings.Add(frame.Scene);
        }

        public void Finish()
        {
            // All that is needed was taken frame by frame.
        }
    }
}
