using System.Text.Json;
using SocialCredit.Edge.Agent.Tests.Host;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Audit;

/// <summary>One run of <c>edge privacy audit</c> as a technician runs it, seeded, and everything that it gave. SCE_FULL=1: the full sizes.</summary>
public sealed class AuditRun : IAsyncLifetime
{
    private JsonDocument? _json;

    public int ExitCode { get; private set; }

    public string Printed { get; private set; } = "";

    public string Folder { get; } = TestPaths.NewFolder();

    private JsonElement Root => _json!.RootElement;

    public IEnumerable<string> Attacks => Root.GetProperty("attacks").EnumerateArray().Select(attack => attack.GetProperty("name").GetString()!);

    /// <summary>A figure of an attack on the device.</summary>
    public (double Value, string Bar, bool IsHeld) Figure(string attack, string name)
    {
        var figure = Root.GetProperty("attacks").EnumerateArray().Single(each => each.GetProperty("name").GetString() == attack)
            .GetProperty("figures").EnumerateArray().Single(each => each.GetProperty("name").GetString() == name);
        return (figure.GetProperty("value").GetDouble(), figure.GetProperty("bar").GetString()!, figure.GetProperty("isHeld").GetBoolean());
    }

    /// <summary>Which attacks saw which mutants, and by which figure.</summary>
    public IEnumerable<(string Mutant, string Attack, double Value)> Caught() =>
        from mutant in Root.GetProperty("mutants").EnumerateArray()
        from caught in mutant.GetProperty("caughtBy").EnumerateArray()
        select (mutant.GetProperty("name").GetString()!, caught.GetProperty("attack").GetString()!,
            caught.GetProperty("figure").GetProperty("value").GetDouble());

    public async ValueTask InitializeAsync()
    {
        var json = Path.Combine(Folder, "audit.json");
        string[] arguments = ["privacy", "audit", "--seed", "5", "--json", json, "--out", Path.Combine(Folder, "pictures")];
        if (Environment.GetEnvironmentVariable("SCE_FULL") == "1")
            arguments = [.. arguments, "--full"];
        (ExitCode, Printed) = await EdgeProgram.RunAsync(arguments);
        _json = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
    }

    public ValueTask DisposeAsync()
    {
        _json?.Dispose();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
