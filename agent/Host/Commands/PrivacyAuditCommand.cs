using System.CommandLine;
using System.Text.Json;
using SocialCredit.Edge.Audit;
using Spectre.Console;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge privacy audit</c>: attacks on this device's own mechanism, and on broken ones that they must see.</summary>
internal static class PrivacyAuditCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create()
    {
        var full = new Option<bool>("--full") { Description = "The sizes of the contract's bars: minutes instead of seconds." };
        var pictures = new Option<string?>("--out") { Description = "Write one picture of each attack into this folder, as SVG." };
        var json = new Option<string?>("--json") { Description = "Write the figures here, as JSON." };
        var seed = new Option<int?>("--seed") { Description = "The same chance at every run; the operating system's if left out, as in the field." };
        var command = new Command("audit", """
            Attacks the code that makes this device's records: measures epsilon, asks who was there and what he did, links days,
            watches times and sizes, forces resends, solves for the secrets of 50 persons. Then breaks the mechanism in every way that
            the contract names and attacks again: an audit that does not see that could not fail. Needs no configuration, no camera
            and no network. The exit code is 0 if every bar is held and every broken one caught, otherwise 1; an honest device
            fails by chance about once in 4,000 runs.

            Examples:
              edge privacy audit
              edge privacy audit --full --out audit/ --json audit/audit.json
            """)
        { full, pictures, json, seed };
        command.SetAction(parsed => Run(
            (parsed.GetValue(full), parsed.GetValue(seed)), parsed.GetValue(pictures), parsed.GetValue(json), parsed.InvocationConfiguration));
        return command;
    }

    private static int Run((bool IsFull, int? Seed) asked, string? pictures, string? json, InvocationConfiguration console)
    {
        try
        {
            if (pictures is not null)
                Directory.CreateDirectory(pictures);
            var at = "";
            AuditReport report;
            using (new Progress(TimeProvider.System, () => at, console.Error))
                report = PrivacyAudit.Run(asked.IsFull, asked.Seed, doing => at = doing);
            AuditTable.Write(AnsiConsole.Console, report);
            if (json is not null)
                File.WriteAllText(json, JsonSerializer.Serialize(report, Indented) + "\n");
            foreach (var attack in pictures is null ? [] : report.Attacks)
                File.WriteAllText(Path.Combine(pictures!, FileName(attack.Name)), attack.Picture);
            return report.IsPassed ? 0 : 1;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(unusable.Message);
            return 1;
        }
    }

    private static string FileName(string attack) => attack.Replace(",", "", StringComparison.Ordinal).Replace(' ', '-') + ".svg";
}
