using System.Globalization;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;
using Spectre.Console;

namespace SocialCredit.Edge.Host;

/// <summary>Counts what the rules saw in an offline replay, and lists it where asked: one line for each event, in order of time.</summary>
internal sealed class ReplayReport(CameraSection camera, TextWriter? list = null) : IFrameObserver
{
    /// <summary>A shorter clip says little of a usual hour.</summary>
    private const double LongSeconds = 1800;

    private readonly SortedDictionary<(string Zone, string Behaviour, string Detail, Crossing Crossing), int> _counts = [];

    private readonly HashSet<(string Zone, int TrackId)> _passages = [];
    private DateTimeOffset _first = DateTimeOffset.MaxValue;
    private DateTimeOffset _last;

    public long Frames { get; private set; }

    /// <summary>How often a line was crossed in one direction.</summary>
    public int CountOf(string line, Crossing crossing) =>
        _counts.Where(count => count.Key.Detail == line && count.Key.Crossing == crossing).Sum(count => count.Value);

    public void Observe(in SeenFrame frame)
    {
        Frames = Math.Max(Frames, frame.Index + 1);
        var at = frame.Scene.CapturedAt;
        (_first, _last) = (at < _first ? at : _first, at > _last ? at : _last);
        for (var i = 0; i < frame.Events.Count; i++)
        {
            foreach (var seen in frame.Events[i])
            {
                if (Behaviours.Find(seen.Behaviour)?.Sign == BehaviourSign.Exposure)
                    _passages.Add((camera.Zones[i].Name, seen.TrackId));
                var key = (camera.Zones[i].Name, seen.Behaviour, seen.Detail ?? "", seen.Crossing);
                _counts[key] = _counts.GetValueOrDefault(key) + 1;
                list?.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{frame.Index + 1},{key.Name},{key.Behaviour},{key.Item3},{Words(key.Crossing)}"));
            }
        }
    }

    public void Finish()
    {
        // The counts are whole as they stand.
    }

    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns("Zone", "Behaviour", "Where", "Direction").AddColumn(new TableColumn("Count").RightAligned());
        foreach (var ((zone, behaviour, detail, crossing), count) in _counts)
            table.AddRow(zone, behaviour, detail, Words(crossing), $"{count}");
        console.Write(table);
        console.WriteLine($"{Frames} frames. Counts are exact and stay here; what a device sends is noised and bounded.");
        foreach (var zone in camera.Zones)
            console.WriteLine(Footfall(zone));
    }

    /// <summary>How busy a zone was, and which window is long enough for it.</summary>
    private string Footfall(ZoneSection zone)
    {
        var (passages, seconds) = (_passages.Count(passage => passage.Zone == zone.Name), (_last - _first).TotalSeconds);
        if (seconds < 1)
            return $"{zone.Name}: too short to say how busy it is.";
        var perHour = Math.Round(passages * 3600 / seconds);
        var measure = seconds < LongSeconds ? " Measure an hour or more before you rely on it." : "";
        return $"{zone.Name}: {passages} passages in {seconds:0} s, passagesPerHour: {perHour}. {ZoneLint.WindowAdvice(perHour, (decimal)zone.TracksPerPerson)}{measure}";
    }

    private static string Words(Crossing crossing) => crossing switch
    {
        Crossing.LeftToRight => "left to right",
        Crossing.RightToLeft => "right to left",
        _ => "",
    };
}
