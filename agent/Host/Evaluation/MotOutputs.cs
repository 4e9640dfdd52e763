using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>Detections and tracks of persons in two MOT files, each only where a path is given; frames count from 1 there.</summary>
internal sealed class MotOutputs(string? tracksPath, string? detectionsPath) : IDisposable
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
