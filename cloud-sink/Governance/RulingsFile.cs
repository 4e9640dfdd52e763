using System.Globalization;
using System.Text;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>Rulings and the bytes of the public file that says them; the same rulings give the same bytes.</summary>
internal sealed record RulingsFile(Rulings Rulings, ReadOnlyMemory<byte> Bytes)
{
    public static RulingsFile None { get; } = Of(Rulings.None);

    public static RulingsFile Of(Rulings rulings)
    {
        var text = new StringBuilder();
        Write(text, "excluded", rulings.Excluded, days => $"zone: {days.Zone}, from: {Day(days.From)}, to: {Day(days.To)}");
        Write(text, "recalibrated", rulings.Recalibrated, one => $"zone: {one.Zone}, behaviour: {one.Behaviour}, factor: {one.Factor.ToString("R", CultureInfo.InvariantCulture)}");
        Write(text, "disabled", rulings.Disabled, one => $"zone: {one.Zone}, behaviour: {one.Behaviour}");
        Write(text, "contested", rulings.Contested, days => $"zone: {days.Zone}, from: {Day(days.From)}{(days.To is { } to ? $", to: {Day(to)}" : "")}");
        return new RulingsFile(rulings, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>The file is null where there are faults; never throws for what stands in it or for a missing file.</summary>
    public static (RulingsFile? File, IReadOnlyList<ConfigFault> Faults) Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = YamlReader.ReadBytes(path);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, [new ConfigFault(path, 0, "", $"The rulings cannot be read: {broken.Message}", "Check the path.")]);
        }

        var document = YamlReader.Parse<Rulings>(bytes, path);
        if (document.Value is { } rulings)
            Check(rulings, document.AddFault);
        return document is { Value: { } read, Faults.Count: 0 } ? (new RulingsFile(read, bytes), []) : (null, document.Faults);
    }

    private static void Check(Rulings rulings, Action<string, string, string> fault)
    {
        for (var i = 0; i < rulings.Excluded.Count; i++)
            CheckDays($"excluded[{i}]", (rulings.Excluded[i].Zone, rulings.Excluded[i].From, rulings.Excluded[i].To), fault);
        for (var i = 0; i < rulings.Contested.Count; i++)
            CheckDays($"contested[{i}]", (rulings.Contested[i].Zone, rulings.Contested[i].From, rulings.Contested[i].To), fault);
        for (var i = 0; i < rulings.Disabled.Count; i++)
            CheckBehaviour($"disabled[{i}]", (rulings.Disabled[i].Zone, rulings.Disabled[i].Behaviour), fault);
        for (var i = 0; i < rulings.Recalibrated.Count; i++)
        {
            CheckBehaviour($"recalibrated[{i}]", (rulings.Recalibrated[i].Zone, rulings.Recalibrated[i].Behaviour), fault);
            if (!(rulings.Recalibrated[i].Factor is >= CalibrationReader.FactorMin and <= CalibrationReader.FactorMax))
                fault($"recalibrated[{i}].factor", $"{rulings.Recalibrated[i].Factor} is not a factor.", $"Write precision / recall, {CalibrationReader.FactorMin} to {CalibrationReader.FactorMax}.");
        }
    }

    private static void CheckDays(string key, (string Zone, DateOnly From, DateOnly? To) days, Action<string, string, string> fault)
    {
        if (!Names.IsValid(days.Zone))
            fault($"{key}.zone", "This is no name of a zone.", "Use 3 to 32 of a-z, 0-9 and -.");
        if (days.To < days.From)
            fault($"{key}.to", "The last day is before the first.", "Write them in order.");
    }

    private static void CheckBehaviour(string key, (string Zone, string Behaviour) one, Action<string, string, string> fault)
    {
        if (!Names.IsValid(one.Zone))
            fault($"{key}.zone", "This is no name of a zone.", "Use 3 to 32 of a-z, 0-9 and -.");
        if (Behaviours.Find(one.Behaviour) is not { IsScored: true })
            fault($"{key}.behaviour", "No score has such a behaviour.", "Check its spelling against the policy.");
    }

    private static void Write<T>(StringBuilder text, string key, IReadOnlyList<T> items, Func<T, string> line)
    {
        text.Append(key).Append(items.Count == 0 ? ": []\n" : ":\n");
        foreach (var item in items)
            text.Append("  - {").Append(line(item)).Append("}\n");
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
