using System.CommandLine;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge shadow</c>: what another model or other rules would change, as the running agent found it.</summary>
internal static class ShadowCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command("shadow", $"""
            Prints by how much a camera's shadow (shadow: in the configuration) counts more or less than what is in force, since the agent began,
            as it stood when {ShadowDifference.PassagesMin} more had passed. It stays on this device: no record, log or disk has it.
            For a clip, edge replay prints the same at its end.

            Example:
              edge shadow --config edge.yaml
            """)
        { config };
        command.SetAction(parsed => Print(parsed.GetRequiredValue(config)));
        return command;
    }

    private static int Print(string path)
    {
        if (AgentConfiguration.Load(path, out var faults) is not { } configuration)
            return Refuse.With(faults);
        var shadowed = configuration.Options.Cameras.Where(camera => camera is { Enabled: true, Shadow: not null }).ToList();
        if (shadowed.Count == 0)
            return Refuse.With($"{path}: no camera has a shadow. Write shadow: {{model: NAME}} or shadow: {{behaviours: ...}} below one.");
        var isMissing = false;
        foreach (var camera in shadowed)
        {
            if (ShadowFile.PathOf($"{configuration.Options.Device}.{camera.Name}") is { } file && File.Exists(file))
            {
                foreach (var line in File.ReadLines(file))
                    Console.WriteLine($"{camera.Name} {line}");
                continue;
            }

            isMissing = true;
            Refuse.With($"{camera.Name}: nothing yet. The agent does not run as this user, or fewer than {ShadowDifference.PassagesMin} have passed.");
        }

        return isMissing ? 1 : 0;
    }
}
