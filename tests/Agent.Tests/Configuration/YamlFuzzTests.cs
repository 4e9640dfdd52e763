using CsCheck;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Configuration;

/// <summary>Whatever stands in a file, it is read or refused with faults; nothing is thrown.</summary>
public sealed class YamlFuzzTests
{
    private static readonly string[] Pieces =
    [
        "name", "windowSeconds", "cameras", "source", "mask", "rules", "wrong_way", "direction", "link", "password", "sign", ": ", ":",
        "\n", "\n  ", "\n    - ", "- ", "[", "]", "{", "}", ", ", "&a ", "*a", "!t ", "'", "\"", "|", ">", "#", "---", "...", "? ", "%",
        "@", "`", "\t", "\\", "~", "1", "0.5", "-", "inf", "north", "true", "env:X", "\r", "\u0085", "\u2028", "\uFEFF", "\uD800", "é",
    ];

    private static readonly Gen<string> Piece = Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]);

    private static void MustNotThrow(string text)
    {
        var document = YamlReader.Parse<SampleOptions>(text, "edge.yaml");

        Assert.True(document.Value is not null || document.Faults.Count > 0);
        Assert.All(document.Faults, f => Assert.False(string.IsNullOrWhiteSpace(f.ToString())));
    }

    [Fact]
    public void Any_characters() => Gen.String.Sample(MustNotThrow, iter: 1_000);

    [Fact]
    public void Any_order_of_the_pieces_of_a_file() =>
        Piece.Array[0, 40].Select(string.Concat).Sample(MustNotThrow, iter: 4_000);

    [Fact]
    public void Any_small_change_to_a_good_file() =>
        Gen.Select(Gen.Int[0, Good.Length], Gen.Int[0, 5], Piece)
            .Select((at, length, piece) => string.Concat(Good.AsSpan(0, at), piece, Good.AsSpan(Math.Min(Good.Length, at + length))))
            .Sample(MustNotThrow, iter: 2_000);

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("a: ")]
    [InlineData("a\n")]
    [InlineData("&a ")]
    [InlineData("'")]
    [InlineData("\"\\")]
    [InlineData("# \n")]
    [InlineData("---\n")]
    [InlineData("|\n ")]
    [InlineData("[a, ")]
    [InlineData("!a ")]
    [InlineData("%a\n")]
    public void A_mebibyte_of_the_same(string piece) =>
        MustNotThrow(string.Concat(Enumerable.Repeat(piece, YamlReader.FileBytesMax / piece.Length)));

    private const string Good = """
        name: north
        windowSeconds: 60
        direction: [0.5, -1]
        cameras:
          - source: a.avi
            mask: [[0.1, 0.2], [0.3, 0.4], {x: 0.5, y: 0.6}]
        rules:
          passage:
          wrong_way: {angleMinDegrees: 90}
        link: {host: "broker.example", port: 8883}
        note: |
          words
        """;
}
