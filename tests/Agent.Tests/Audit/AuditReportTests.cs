using SocialCredit.Edge.Agent.Tests.Host;
using SocialCredit.Edge.Audit;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Tests;
using Spectre.Console;

namespace SocialCredit.Edge.Agent.Tests.Audit;

/// <summary>What an audit says of what it found.</summary>
public sealed class AuditReportTests
{
    private static readonly Figure Held = Figure.AtMost("AUC", 0.7, 0.741);
    private static readonly Figure Broken = Figure.AtMost("AUC", 0.8, 0.741);

    [Fact]
    public void A_bar_that_is_not_held_is_named_and_fails_the_audit()
    {
        var report = new AuditReport(false, [Attack(Held), Attack(Broken)], [new MutantReport("no noise", [new CaughtBy("a", Broken)])]);

        Assert.False(report.IsPassed);
        Assert.Contains("NOT HELD", Table(report), StringComparison.Ordinal);
        Assert.Contains("Not held: guess. Mutants not caught: none.", Table(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutant_that_nobody_catches_fails_the_audit()
    {
        var report = new AuditReport(false, [Attack(Held)], [new MutantReport("no noise", [])]);

        Assert.False(report.IsPassed);
        Assert.Contains("NOBODY", Table(report), StringComparison.Ordinal);
        Assert.Contains("Not held: none. Mutants not caught: no noise.", Table(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.69, false, false)]
    [InlineData(0.70, true, false)]
    [InlineData(1.00, true, false)]
    [InlineData(1.01, false, false)]
    [InlineData(1.29, false, false)]
    [InlineData(1.30, false, true)]
    public void An_epsilon_audit_can_be_blind_or_unclear_and_neither_passes_nor_catches_then(double bound, bool isHeld, bool isCaught)
    {
        var figure = Figure.Between("lower bound", bound, 0.70, 1.00, 1.30);

        Assert.Equal((isHeld, isCaught), (figure.IsHeld, figure.IsCaught));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named_before_anything_is_attacked()
    {
        var file = Path.Combine(TestPaths.NewFolder(), "taken");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var (code, printed) = await EdgeProgram.RunAsync("privacy", "audit", "--out", file);

        Assert.Equal(1, code);
        Assert.Contains(file, printed, StringComparison.Ordinal);
        Assert.DoesNotContain("caught", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_has_examples_and_a_wrong_option_is_not_understood()
    {
        var help = await EdgeProgram.RunAsync("privacy", "audit", "--help");
        var wrong = await EdgeProgram.RunAsync("privacy", "audit", "--quick");

        Assert.Contains("edge privacy audit --full --out audit/", help.Printed, StringComparison.Ordinal);
        Assert.Equal((0, 2), (help.ExitCode, wrong.ExitCode));
    }

    private static AttackReport Attack(Figure figure) => new("guess", "Knows nothing.", [figure], "", "");

    private static string Table(AuditReport report)
    {
        using var writer = new StringWriter();
        AuditTable.Write(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) }), report);
        return writer.ToString();
    }
}
