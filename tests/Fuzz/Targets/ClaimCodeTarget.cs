using System.Text;
using CsCheck;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>What a technician typed.</summary>
internal sealed class ClaimCodeTarget : FuzzTarget
{
    private static readonly Gen<string> Good = Gen.Byte.Array[19].Select(bytes =>
        new ClaimCode(Convert.ToHexStringLower(bytes.AsSpan(0, 8)), Convert.ToHexStringLower(bytes.AsSpan(8))).ToString());

    public override IReadOnlyList<string> Words => ["-", " ", "O", "I", "l", "U", "0000-0000-0000-0000-0000-0000-0000-0000", "\u0131", "\u212A"];

    public override Gen<byte[]> Nearly { get; } = Gen.Select(Good, Gen.Int[0, 60], Gen.Int[0, 12], (code, at, kind) => Encoding.UTF8.GetBytes(kind switch
    {
        0 => code.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal),
        1 => code.Replace('0', 'O').Replace('1', 'l'),
        2 => code[..Math.Min(at, code.Length)],
        3 => code.Insert(Math.Min(at, code.Length), "Z"),
        4 => string.Join(' ', code.Split('-').Reverse()),
        _ => code,
    }));

    public override bool Judge(byte[] input)
    {
        if (!ClaimCode.TryParse(Encoding.UTF8.GetString(input), out var code))
            return false;
        Demand(code.Secret.Length == 16 && code.Pin.Length == 22, "it has no secret or no pin.");
        Demand(ClaimCode.TryParse(code.ToString(), out var again) && again == code, "written again it is another.");
        Demand(input.Count(value => value is not ((byte)'-' or (byte)' ')) == 32, "it has not 32 letters.");
        return true;
    }
}
