using System.Text;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Governance;

/// <summary>Policies that were written to break whoever reads them, each with the answer it gets.</summary>
public sealed class HostilePolicyTests
{
    private const string Good = """
        id: p-2026.3
        behaviours:
          red_crossing: {sign: bad, weight: 12, reference: 4}
        """;

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("p 2026")]
    [InlineData("P-2026.3")]
    [InlineData("a/b")]
    [InlineData("p-2026.3-and-very-much-more-than-that")]
    public void An_id_that_devices_would_refuse_is_refused_here_too(string id) =>
        Assert.Equal("policy.yaml:1: id: This is no version. Versions are [a-z0-9.-], 1 to 32 characters.", Refusal(Good.Replace("p-2026.3", id, StringComparison.Ordinal)));

    [Fact]
    public void Bytes_that_devices_would_refuse_are_refused_here_too()
    {
        var (file, faults) = PolicyReader.Parse([.. Encoding.UTF8.GetBytes(Good), .. "\n# "u8, 0xC0, 0xAF], "policy.yaml");

        Assert.Null(file);
        Assert.Equal("policy.yaml: The file is not UTF-8 text. Check that it is the right file; save it as UTF-8.", Assert.Single(faults).ToString());
    }

    [Fact]
    public void A_billion_laughs_is_refused()
    {
        var bomb = string.Concat(Enumerable.Range(1, 9).Select(i => $"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 9))}]\n"));

        Assert.Contains("more than 200000 values once its aliases are written out", Refusal($"l0: &l0 [lol]\n{bomb}{Good}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zones: {../../etc: [red_crossing]}", "zones.../../etc: This is no name of a zone.")]
    [InlineData("zones: {\"\\e[2J\": [red_crossing]}", "The value holds the character U+001B, which no text needs.")]
    [InlineData("beta: 1e999", "beta: \"1e999\" is not a number.")]
    [InlineData("halfLifeDays: 0", "halfLifeDays: 0 is out of range.")]
    [InlineData("id: p-2", "id: The key stands here a second time.")]
    public void What_no_policy_holds_is_named(string line, string expected) =>
        Assert.Contains(expected, Refusal($"{Good}\n{line}"), StringComparison.Ordinal);

    [Fact]
    public void No_more_than_a_mebibyte_is_read_of_whatever_is_named()
    {
        var huge = Path.Combine(TestPaths.NewFolder(), "policy.yaml");
        using (var file = File.Create(huge))
            file.SetLength(100 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var path in new[] { huge, "/dev/zero" })
        {
            Assert.Contains("It is larger than 1 MiB.", Assert.Single(PolicyReader.Read(path).Faults).ToString(), StringComparison.Ordinal);
            Assert.Contains("It is larger than 1 MiB.", Assert.Single(CalibrationReader.Read(path).Faults).ToString(), StringComparison.Ordinal);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    private static string Refusal(string text)
    {
        var (file, faults) = PolicyReader.Parse(Encoding.UTF8.GetBytes(text), "policy.yaml");
        Assert.Null(file);
        return string.Join(" / ", faults);
    }
}
