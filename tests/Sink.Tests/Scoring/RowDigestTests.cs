using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Tests.Scoring;

public sealed class RowDigestTests
{
    [Fact]
    public void The_chain_is_what_anyone_computes_from_the_text_of_the_rows()
    {
        var first = new DayRow(new DateOnly(2026, 11, 21), 24, 20, 8000, new Dictionary<string, long> { ["red_crossing"] = 48, ["littering"] = -2 });
        var second = first with { Date = new DateOnly(2026, 11, 22), Counts = new Dictionary<string, long>() };

        var expected = SHA256.HashData([.. SHA256.HashData("2026-11-21,24,20,8000,littering=-2,red_crossing=48"u8), .. Encoding.UTF8.GetBytes("2026-11-22,24,20,8000")]);

        Assert.Equal(expected, RowDigest.Next(RowDigest.Next([], first), second));
        Assert.Equal(Convert.ToHexStringLower(expected)[..32], RowDigest.Short(expected));
        Assert.Equal("", RowDigest.Short([]));
    }
}
