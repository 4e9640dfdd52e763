using SocialCredit.Edge.Audit;
using Spectre.Console;

namespace SocialCredit.Edge.Host;

/// <summary>An audit as tables that fit a terminal of 80 columns: every bar, what each attacker knows, every mutant.</summary>
internal static class AuditTable
{
    public static void Write(IAnsiConsole console, AuditReport report)
    {
        console.Write(Bars(report));
        foreach (var attack in report.Attacks)
            console.WriteLine($"{attack.Name}: {attack.Knows} {attack.Says}".TrimEnd());
        console.WriteLine();
        console.Write(Mutants(report));
        console.WriteLine(report.IsPassed
            ? "Every bar is held, and every mutant is caught."
            : $"Not held: {Named(report.Attacks.Where(a => !a.IsHeld).Select(a => a.Name))}. "
                + $"Mutants not caught: {Named(report.Mutants.Where(m => !m.IsCaught).Select(m => m.Name))}.");
    }

    private static Table Bars(AuditReport report)
    {
        var table = new Table().AddColumns("attack", "measured", "bar").AddColumn(new TableColumn("").RightAligned()).AddColumn("");
        foreach (var attack in report.Attacks)
        {
            var name = attack.Name;
            foreach (var figure in attack.Figures)
            {
                table.AddRow(name, figure.Name, figure.Bar, figure.Shown, figure.Bar.Length == 0 ? "" : figure.IsHeld ? "held" : "NOT HELD");
                name = "";
            }
        }

        return table;
    }

    private static Table Mutants(AuditReport report)
    {
        var table = new Table().AddColumns("mutant", "caught by");
        foreach (var mutant in report.Mutants)
        {
            var by = mutant.CaughtBy.Select(caught => $"{caught.Attack} ({caught.Figure.Shown})");
            table.AddRow(mutant.Name, mutant.IsCaught ? string.Join(", ", by) : "NOBODY");
        }

        return table;
    }

    private static string Named(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}
