using System.Text;
using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>The public rows, which anyone may have written, and which are read by who wants to check a score.</summary>
internal sealed class RowsTarget : FuzzTarget
{
    private static readonly Gen<string> Good = Gen.Select(Gen.Int[0, 300], Gen.Long[0, 100_000], Gen.Long[-50, 5_000]).Array[0, 6].Select(days =>
        "zone,date,windows,released,passages,red_crossing,littering\n" + string.Concat(days.Select((day, i) =>
            $"crossing-north,{new DateOnly(2026, 1, 1).AddDays(i * 400 + day.Item1):yyyy-MM-dd},24,20,{day.Item2},{day.Item3},{(i % 2 == 0 ? "" : "2")}\n")));

    public override IReadOnlyList<string> Words =>
        ["zone,date,windows,released,passages", ",red_crossing", ",passage", "crossing-north", "2026-11-21", ",24,20,8000,48", "\"", "\"\"", "\n", "\r\n", ",", ";", "\u001b[31m", "-1", "\uFEFF"];

    public override Gen<byte[]> Nearly { get; } = JsonTricks.On(Good);

    public override bool Judge(byte[] input)
    {
        using var text = new StreamReader(new MemoryStream(input), Encoding.UTF8);
        var file = RowsCsvReader.Read("rows.csv", text);
        Demand(file.Faults.All(fault => !fault.Any(char.IsControl)), "a fault has a control character.");
        if (file.Faults.Count > 0)
        {
            Demand(file.Zones.Count == 0, "rows stand beside faults.");
            return false;
        }

        foreach (var (zone, rows) in file.Zones)
        {
            Demand(Names.IsValid(zone), "a zone has no name.");
            Demand(rows.Select(row => row.Date).Distinct().Count() == rows.Count, "a day stands there twice.");
            Demand(rows.TrueForAll(row => row.Released >= 0 && row.Released <= row.Windows && row.Windows <= 86_400 && row.Passages >= 0), "a row is impossible.");
        }

        return true;
    }
}
