using System.Security;
using System.Text;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>
/// Zones, the paths of those who did something, and where they did it, over the lasting edges of a clip, as an SVG: no pixel of
/// a frame. For offline replays only; it remembers paths, which nothing that runs in the field does.
/// </summary>
internal sealed class EventPicture(CameraSection camera, IFrameObserver next) : IFrameObserver
{
    private const int Width = 960;
    private const int LineHeight = 15;

    private static readonly string[] Colours = ["#d1495b", "#2f7fd0", "#2f9e6e", "#b8860b", "#8a6fd1", "#c2508f", "#3aa6a6", "#7a7a2a"];

    private readonly Dictionary<int, List<Point>> _paths = [];
    private readonly List<Happening> _happenings = [];
    private float _aspect = 1;
    private DateTimeOffset? _from;

    public void Observe(in SeenFrame frame)
    {
        var scene = frame.Scene;
        (_aspect, _from) = (scene.Aspect, _from ?? scene.CapturedAt);
        foreach (var track in scene.Tracks)
        {
            if (!_paths.TryGetValue(track.Id, out var path))
                _paths.Add(track.Id, path = []);
            path.Add(track.Foot);
        }

        for (var i = 0; i < frame.Events.Count; i++)
        {
            foreach (var seen in frame.Events[i])
                _happenings.Add(new Happening(seen, (scene.CapturedAt - _from.Value).TotalSeconds, FootOf(seen.TrackId)));
        }

        next.Observe(frame);
    }

    public void Finish() => next.Finish();

    /// <param name="edges">Closed outlines in 0..1 of the frame.</param>
    public string Draw(IReadOnlyList<IReadOnlyList<Point>> edges)
    {
        var height = (int)(Width / _aspect);
        var behaviours = _happenings.Select(happening => happening.Event.Behaviour).Distinct().Order(StringComparer.Ordinal).ToList();
        var legend = Math.Max(1, behaviours.Count);
        var svg = new StringBuilder();
        svg.Append($$"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{{Width}}" height="{{height + (legend + 1) * LineHeight}}" font-family="sans-serif" font-size="11">
            <style>
            svg { background: #fff } text { fill: #333 } .edge { fill: #c8ccd2 } .zone { fill: #2f7fd018; stroke: #2f7fd0; stroke-width: 1.5 }
            .area { fill: #8881; stroke: #666; stroke-dasharray: 5 3 } .line { stroke: #666; stroke-width: 2 } .path { fill: none; stroke-width: 1.4; opacity: .75; clip-path: url(#frame) }
            </style>
            <clipPath id="frame"><rect width="{{Width}}" height="{{height}}"/></clipPath>

            """);
        svg.Append($"<path class=\"edge\" fill-rule=\"evenodd\" d=\"{string.Concat(edges.Select(outline => Closed(outline, height)))}\"/>\n");
        foreach (var zone in camera.Zones)
            Zone(svg, zone, height);
        for (var i = 0; i < behaviours.Count; i++)
            Behaviour(svg, (behaviours[i], Colours[i % Colours.Length], i), height);
        if (behaviours.Count == 0)
            svg.Append($"<text x=\"6\" y=\"{height + LineHeight}\">nothing happened</text>\n");
        return svg.Append("</svg>\n").ToString();
    }

    private Point? FootOf(int trackId) => _paths.TryGetValue(trackId, out var path) ? path[^1] : null;

    private static void Zone(StringBuilder svg, ZoneSection zone, int height)
    {
        svg.Append($"<path class=\"zone\" d=\"{Closed(zone.Polygon, height)}\"/>");
        Label(svg, zone.Polygon[0], zone.Name, height);
        foreach (var (name, area) in zone.Areas)
        {
            svg.Append($"<path class=\"area\" d=\"{Closed(area.Polygon, height)}\"/>");
            Label(svg, new Point(area.Polygon.Average(p => p.X), area.Polygon.Average(p => p.Y)), name, height);
        }

        foreach (var (name, line) in zone.Lines)
        {
            svg.Append($"<path class=\"line\" d=\"{Open([line.From, line.To], height)}\"/>");
            Label(svg, line.From, name, height);
        }
    }

    private void Behaviour(StringBuilder svg, (string Name, string Colour, int Row) behaviour, int height)
    {
        var happened = _happenings.Where(happening => happening.Event.Behaviour == behaviour.Name).ToList();
        foreach (var id in happened.SelectMany(happening => (int[])[happening.Event.TrackId, happening.Event.OtherTrackId]).Distinct().Where(_paths.ContainsKey))
            svg.Append($"<path class=\"path\" stroke=\"{behaviour.Colour}\" d=\"{Open(_paths[id], height)}\"/>\n");
        foreach (var happening in happened)
        {
            if (happening.Foot is { } foot)
                svg.Append($"<circle cx=\"{foot.X * Width:0.#}\" cy=\"{foot.Y * height:0.#}\" r=\"4\" fill=\"{behaviour.Colour}\"/>\n");
        }

        var times = string.Join(", ", happened.Take(12).Select(happening => $"{happening.Seconds:0.0}")) + (happened.Count > 12 ? ", …" : "");
        var y = height + (behaviour.Row + 1) * LineHeight;
        svg.Append($"<circle cx=\"9\" cy=\"{y - 4}\" r=\"4\" fill=\"{behaviour.Colour}\"/>");
        svg.Append($"<text x=\"18\" y=\"{y}\">{SecurityElement.Escape(behaviour.Name)}: {happened.Count}, at {times} s</text>\n");
    }

    private static void Label(StringBuilder svg, Point at, string text, int height) =>
        svg.Append($"<text x=\"{at.X * Width + 4:0.#}\" y=\"{at.Y * height + 13:0.#}\">{SecurityElement.Escape(text)}</text>\n");

    private static string Closed(IReadOnlyList<Point> points, int height) => Open(points, height) + "Z";

    private static string Open(IReadOnlyList<Point> points, int height) =>
        "M" + string.Join('L', points.Select(p => $"{p.X * Width:0.#} {p.Y * height:0.#}"));

    private sealed record Happening(BehaviourEvent Event, double Seconds, Point? Foot);
}
