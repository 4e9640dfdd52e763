using System.Xml.Linq;

namespace SocialCredit.Edge.Agent.Tests.Audit;

/// <summary>The bars of the contract's section on anonymity, measured by the command that a technician runs.</summary>
public sealed class PrivacyAuditTests(AuditRun run, ITestOutputHelper output) : IClassFixture<AuditRun>
{
    [Fact]
    public void The_audit_passes_and_prints_every_bar()
    {
        output.WriteLine(string.Join('\n', run.Printed.Split('\n').Where(line => !line.StartsWith('…'))));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Every bar is held, and every mutant is caught.", run.Printed, StringComparison.Ordinal);
        Assert.All(run.Attacks, attack => Assert.Contains($"\n{attack}: ", run.Printed, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("epsilon", "lower bound", "0.70 to 1.00")]
    [InlineData("episodes", "lower bound, j = 1", "1.12 to 1.60")]
    [InlineData("episodes", "lower bound, j = 2", "1.54 to 2.20")]
    [InlineData("few passages", "windows released", "<= 0")]
    [InlineData("membership", "AUC", "<= 0.741")]
    [InlineData("behaviour", "AUC", "<= 0.656")]
    [InlineData("linkage of two days", "AUC", "0.480 to 0.520")]
    [InlineData("habit over days", "AUC above the permitted", "<= 0.010")]
    [InlineData("timing and size", "Kolmogorov-Smirnov p", ">= 0.010")]
    [InlineData("timing and size", "lengths", "<= 1")]
    [InlineData("timing and size", "not one message", "<= 0")]
    [InlineData("resend", "not one payload", "<= 0")]
    [InlineData("reconstruction, 50 persons", "secrets right, a day", "<= 0.60")]
    [InlineData("reconstruction, 50 persons", "secrets right, 30 days", "<= 0.60")]
    [InlineData("reconstruction in a crowd", "secrets right, 1 visit", "<= 0.656")]
    [InlineData("sampler", "chi-square p, passages", "0.001 to 0.999")]
    [InlineData("sampler", "chi-square p, counts", "0.001 to 0.999")]
    public void Each_bar_is_the_stated_one_and_held(string attack, string figure, string bar)
    {
        var measured = run.Figure(attack, figure);

        Assert.Equal(bar, measured.Bar);
        Assert.True(measured.IsHeld, $"{measured.Value}");
    }

    [Theory]
    [InlineData("bounding off", "membership")]
    [InlineData("bounding off", "behaviour")]
    [InlineData("half the noise", "membership")]
    [InlineData("half the noise", "behaviour")]
    [InlineData("half the noise", "episodes")]
    [InlineData("half the noise", "sampler")]
    [InlineData("fresh noise on resend", "resend")]
    [InlineData("fresh noise on resend", "habit over days")]
    [InlineData("no noise", "membership")]
    [InlineData("no noise", "few passages")]
    [InlineData("no noise", "reconstruction, 50 persons")]
    [InlineData("no noise", "reconstruction in a crowd")]
    [InlineData("threshold only", "membership")]
    [InlineData("threshold only", "reconstruction in a crowd")]
    [InlineData("noise of who was there", "linkage of two days")]
    [InlineData("early when released", "timing and size")]
    [InlineData("no padding", "timing and size")]
    public void Each_mutant_is_caught_by_the_attacks_that_are_meant_to(string mutant, string attack) =>
        Assert.Contains((mutant, attack), run.Caught().Select(caught => (caught.Mutant, caught.Attack)));

    [Theory]
    [InlineData("bounding off")]
    [InlineData("half the noise")]
    [InlineData("fresh noise on resend")]
    [InlineData("no noise")]
    [InlineData("threshold only")]
    public void Epsilon_of_a_mutant_is_seen_to_be_at_least_1_3(string mutant) =>
        Assert.InRange(run.Caught().Single(caught => caught.Mutant == mutant && caught.Attack == "epsilon").Value, 1.3, double.MaxValue);

    [Fact]
    public void Every_attack_can_fail() => Assert.Empty(run.Attacks.Except(run.Caught().Select(caught => caught.Attack)));

    [Theory]
    [InlineData("early when released")]
    [InlineData("no padding")]
    public void Attacks_on_the_numbers_do_not_cry_wolf_where_the_numbers_are_right(string mutant) =>
        Assert.Equal("timing and size", Assert.Single(run.Caught(), caught => caught.Mutant == mutant).Attack);

    [Fact]
    public void There_is_one_picture_of_each_attack_for_light_and_dark()
    {
        var pictures = Directory.GetFiles(Path.Combine(run.Folder, "pictures"), "*.svg");

        Assert.Equal(run.Attacks.Count(), pictures.Length);
        Assert.All(pictures, picture =>
        {
            var svg = XDocument.Load(picture).Root!;
            Assert.Equal("svg", svg.Name.LocalName);
            Assert.Contains("prefers-color-scheme: dark", svg.Value, StringComparison.Ordinal);
            Assert.Contains(svg.Descendants(), element => element.Name.LocalName == "polyline" && element.Attribute("points")!.Value.Length > 40);
        });
    }
}
