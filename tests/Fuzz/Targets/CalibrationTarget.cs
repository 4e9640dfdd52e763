using System.Text;
using CsCheck;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Fuzz.Structured;
using SocialCredit.Edge.Sink.Governance;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>The cameras' factors: two levels of names that stand for themselves, and numbers.</summary>
internal sealed class CalibrationTarget : FuzzTarget
{
    private const string Good = "crossing-north: {red_crossing: 0.9, wrong_way: 1.25}\nplaza-south:\n  littering: 1\n";

    private readonly ScratchFolder _folder = new();

    public override IReadOnlyList<string> Words => ["crossing-north: ", "red_crossing: ", "wrong_way: 1", "{", "}", ", ", "&a ", "*a", "<<: ", "inf", "0.01", "100", "? ", "\t", "---\n"];

    public override Gen<byte[]> Nearly { get; } = YamlTricks.On(Good);

    public override bool Judge(byte[] input)
    {
        var (file, faults) = CalibrationReader.Read(_folder.Write("cal.yaml", input));
        Demand(file is not null == (faults.Count == 0), "it has faults.");
        Demand(faults.All(fault => !fault.ToString().Any(char.IsControl)), "a fault has a control character.");
        if (file is null)
            return false;
        Demand(file.Bytes.Span.SequenceEqual(input), "its bytes are others.");
        foreach (var behaviour in Behaviours.All.Where(known => Encoding.UTF8.GetString(input).Contains(known.Name, StringComparison.Ordinal)))
            Demand(file.Calibration.Factor("crossing-north", behaviour.Name) is >= 0.01 and <= 100, $"{behaviour.Name} has no factor.");
        return true;
    }
}
