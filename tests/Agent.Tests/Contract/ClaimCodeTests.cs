using System.Security.Cryptography;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Contract;

public sealed class ClaimCodeTests
{
    private static readonly byte[] Authority = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfo();

    [Fact]
    public void A_code_that_was_written_down_is_read_again()
    {
        var code = ClaimCode.Make(Authority);

        Assert.Matches("^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$", code.ToString());
        Assert.True(ClaimCode.TryParse(code.ToString(), out var read));
        Assert.Equal(code, read);
        Assert.Equal(ClaimCode.PinOf(Authority), read.Pin);
    }

    [Fact]
    public void It_may_be_typed_as_people_type()
    {
        var code = new ClaimCode("0011223344556677", "8899aabbccddeeff001122");
        var typed = code.ToString().ToLowerInvariant().Replace('0', 'o').Replace('1', 'l').Replace("-", " ", StringComparison.Ordinal);

        Assert.True(ClaimCode.TryParse(typed, out var read));
        Assert.Equal(code, read);
    }

    [Fact]
    public void A_letter_typed_wrong_is_noticed_but_for_one_in_a_hundred()
    {
        var text = new ClaimCode("0011223344556677", "8899aabbccddeeff001122").ToString();
        var (typed, taken) = (0, 0);
        for (var at = 0; at < text.Length; at++)
        {
            foreach (var letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".Where(letter => text[at] != '-' && letter != text[at]))
            {
                typed++;
                taken += ClaimCode.TryParse(string.Concat(text.AsSpan(0, at), $"{letter}", text.AsSpan(at + 1)), out _) ? 1 : 0;
            }
        }

        // One in 256 has the same check by chance.
        Assert.Equal(32 * 31, typed);
        Assert.InRange(taken, 0, typed / 100);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000-0000")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("../../etc/passwd")]
    [InlineData("💣💣💣💣-0000-0000-0000-0000-0000-0000-0000")]
    public void Anything_else_is_no_code(string? text) => Assert.False(ClaimCode.TryParse(text, out _));
}
