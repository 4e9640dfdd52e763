using System.CommandLine;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge track</c>: the tracker alone, on a file of detections.</summary>
internal static class TrackCommand
{
    public static Command Create()
    {
        var detections = new Argument<string>("detections") { Description = "Detections in MOT format, of persons." };
        var output = new Option<string>("--tracks-out") { Description = "Write tracks here, in MOT format.", Required = true };
        var rate = new Option<double>("--fps")
        {
            Description = "Frames a second of the detections.",
            DefaultValueFactory = _ => 10,
        };
        rate.Validators.Add(result =>
        {
            if (!(result.GetValue(rate) is > 0 and <= 1000))
                result.AddError("--fps must be above 0 and at most 1000.");
        });
        var tracker = new Option<string>("--tracker")
        {
            Description = "ours, or to compare with: sort, or iou (overlap with the last box, no motion).",
            DefaultValueFactory = _ => "ours",
        };
        tracker.AcceptOnlyFromAmong("ours", "sort", "iou");
        var scoreMin = new Option<double>("--score-min")
        {
            Description = "For sort and iou: detections below are left out.",
            DefaultValueFactory = _ => double.NegativeInfinity,
        };
        var command = new Command("track", """
            Runs the tracker alone on a file of detections; no video is needed. Boxes that are written were seen in that frame or,
            for well-known tracks, predicted for a moment: what the rules of a running agent would be shown. Confidences may have
            any range; a file that does not use 0.1 to 1 is brought to it by its own lowest and highest.

            Examples:
              edge track det.txt --tracks-out tracks.txt --fps 25
              edge track det.txt --tracks-out sort.txt --tracker sort --score-min 0.5
            """)
        { detections, output, rate, tracker, scoreMin };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(detections),
            parsed.GetRequiredValue(output),
            Tracker(parsed.GetValue(tracker), parsed.GetValue(rate), parsed.GetValue(scoreMin)),
            parsed.InvocationConfiguration));
        return command;
    }

    private static Func<List<MotRow>, List<MotRow>> Tracker(string? name, double framesPerSecond, double scoreMin) => name switch
    {
        "sort" => detections => BaselineTracking.Run(detections, hasMotion: true, scoreMin),
        "iou" => detections => BaselineTracking.Run(detections, hasMotion: false, scoreMin),
        _ => detections => OfflineTracking.Run(detections, framesPerSecond, new ByteTrackerOptions()),
    };

    private static int Run(string input, string output, Func<List<MotRow>, List<MotRow>> track, InvocationConfiguration console)
    {
        try
        {
            var detections = MotFile.Read(input, File.ReadLines(input));
            var tracks = track(detections);
            File.WriteAllLines(output, tracks.Select(row => MotFile.Line(row)));
            var ids = tracks.Select(t => t.Id).Distinct().Count();
            console.Output.WriteLine($"{detections.Count} detections, {ids} tracks, {tracks.Count} boxes: {output}");
            return 0;
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(unusable.Message);
            return 1;
        }
    }
}
