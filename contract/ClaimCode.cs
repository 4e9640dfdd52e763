using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// What an operator hands to a technician so that one device can be enrolled, once: a secret that only this device knows, and a pin
/// of the sink's own authority, so that the device knows whom it tells the secret. 160 bits: 64 of secret, 88 of pin, 8 that find a
/// letter typed wrong.
/// </summary>
/// <param name="Secret">8 bytes in hexadecimal, of the operating system's randomness; told to nobody but the sink.</param>
/// <param name="Pin">The first 11 bytes, in hexadecimal, of SHA-256 over the SubjectPublicKeyInfo of the sink's authority.</param>
public sealed record ClaimCode(string Secret, string Pin)
{
    private const int SecretBytes = 8, PinBytes = 11, GroupLength = 4;

    // Crockford's base 32: no I, L, O or U, which are misread; https://www.crockford.com/base32.html.
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new code for a sink with this authority.</summary>
    public static ClaimCode Make(ReadOnlySpan<byte> authorityPublicKeyInfo) =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)), PinOf(authorityPublicKeyInfo));

    /// <summary>The pin of an authority by its SubjectPublicKeyInfo.</summary>
    public static string PinOf(ReadOnlySpan<byte> authorityPublicKeyInfo) =>
        Convert.ToHexStringLower(SHA256.HashData(authorityPublicKeyInfo).AsSpan(0, PinBytes));

    /// <summary>As it is written down: eight groups of four letters and digits.</summary>
    public override string ToString()
    {
        var bytes = new byte[SecretBytes + PinBytes + 1];
        Convert.FromHexString(Secret).CopyTo(bytes, 0);
        Convert.FromHexString(Pin).CopyTo(bytes, SecretBytes);
        bytes[^1] = CheckOf(bytes);
        var letters = new System.Text.StringBuilder();
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            if (bit > 0 && bit % (5 * GroupLength) == 0)
                letters.Append('-');
            var value = 0;
            for (var i = bit; i < bit + 5; i++)
                value = (value << 1) | ((bytes[i / 8] >> (7 - (i % 8))) & 1);
            letters.Append(Letters[value]);
        }

        return letters.ToString();
    }

    /// <summary>Takes what a person typed: small letters, blanks and missing hyphens do no harm, nor do O for 0, I and L for 1.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ClaimCode? code)
    {
        code = null;
        var bytes = new byte[SecretBytes + PinBytes + 1];
        var bit = 0;
        foreach (var typed in text ?? "")
        {
            if (typed is '-' or ' ')
                continue;
            var value = Letters.IndexOf(char.ToUpperInvariant(typed) switch { 'O' => '0', 'I' or 'L' => '1', var letter => letter });
            if (value < 0 || bit >= bytes.Length * 8)
                return false;
            for (var i = 4; i >= 0; i--, bit++)
                bytes[bit / 8] |= (byte)(((value >> i) & 1) << (7 - (bit % 8)));
        }

        if (bit != bytes.Length * 8 || bytes[^1] != CheckOf(bytes))
            return false;
        code = new ClaimCode(Convert.ToHexStringLower(bytes.AsSpan(0, SecretBytes)), Convert.ToHexStringLower(bytes.AsSpan(SecretBytes, PinBytes)));
        return true;
    }

    private static byte CheckOf(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes[..^1])[0];
}
