using System.CommandLine;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge models list</c>: one line for every model that has a manifest.</summary>
internal static class ModelsListCommand
{
    public static Command Create(Option<string?> models)
    {
        var command = new Command("list", "Lists the models that have a model.yaml, and where their weights are.");
        command.SetAction(parsed => Print(ModelStore.FromEnvironment(parsed.GetValue(models)).List()));
        return command;
    }

    private static int Print(IReadOnlyList<ModelEntry> entries)
    {
        string[][] rows = [["MODEL", "HEAD", "INPUT", "LICENCE", "WEIGHTS"], .. entries.Select(Row)];
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            Console.WriteLine(string.Concat(widths.Select((width, column) => row[column].PadRight(width + 2))) + row[^1]);
        foreach (var broken in entries.Where(entry => entry.Fault is not null))
            Console.Error.WriteLine(broken.Fault);
        return entries.Any(entry => entry.Fault is not null) ? 1 : 0;
    }

    private static string[] Row(ModelEntry entry)
    {
        if (entry.Manifest is not { } manifest)
            return [entry.Name, "", "", "", "broken model.yaml"];
        var remedy = manifest.Url is null ? $"put {manifest.File} back beside its model.yaml" : $"edge models pull {entry.Name}";
        var weights = entry.WeightsPath ?? $"missing: {remedy}";
        return [entry.Name, manifest.Head, $"{manifest.Input.Width}x{manifest.Input.Height}", manifest.Licence, weights];
    }
}
