using System.Globalization;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;
using Spectre.Console;

namespace SocialCredit.Edge.Host;

/// <summary>Counts what the rules saw in an offline replay, and lists it where asked: one line for each event, in order of time.</summary>
internal sealed class ReplayReport(CameraSection camera, TextWriter? list = null) : IFrameObserver
{
    private readonly SortedDictionary<(string Zone, string Behaviour, string Detail, Crossing Crossing), int> _counts = [];

    public long Frames { get; private set; }

    /// <summary>How often a line was crossed in one direction.</summary>
    public int CountOf(string line, Crossing crossing) =>
        _counts.Where(count => count.Key.Detail == line && count.Key.Crossing == crossing).Sum(count => count.Value);

    public void Observe(in SeenFrame frame)
    {
        Frames = Math.Max(Frames, frame.Index + 1);
        for (var i = 0; i < frame.Events.Count; i++)
        {
            foreach (var seen in frame.Events[i])
            {
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
    }

    private static string Words(Crossing crossing) => crossing switch
    {
        Crossing.LeftToRight => "left to right",
        Crossing.RightToLeft => "right to left",
        _ => "",
    };
}
