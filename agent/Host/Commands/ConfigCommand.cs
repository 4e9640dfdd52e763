using System.CommandLine;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge config check | schema</c>: every fault of a configuration at once; the JSON Schema for editors.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var file = CommonOptions.Config();
        var check = new Command("check", """
            Reads a configuration and its policy and prints every fault with file, line, key and hint; without fault, how far
            off the metres of each calibrated camera are.

            Example:
              edge config check --config edge.yaml
            """)
        { file };
        check.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            if (AgentConfiguration.Load(path, out var faults) is not { } configuration)
                return Refuse.With(faults);
            var zones = configuration.Options.Cameras.Sum(camera => camera.Zones.Count);
            Console.WriteLine($"{path} is fine: {configuration.Options.Cameras.Count} camera(s), {zones} zone(s), policy {configuration.Policy.Id}.");
            foreach (var camera in configuration.Options.Cameras.Where(camera => camera.Ground is not null))
                Console.WriteLine($"{camera.Name}: {camera.Ground!.Summary(camera.Aspect)}.");
            foreach (var zone in configuration.Options.Cameras.SelectMany(camera => camera.Zones).Where(zone => zone.PassagesPerHour is null))
            {
                Console.WriteLine(
                    $"{zone.Name}: passagesPerHour is not given, so nobody knows whether windows of {zone.WindowSeconds} s are long enough; "
                    + $"they need {FootfallRules.PassagesNeeded((decimal)zone.TracksPerPerson)} passages. edge replay measures it.");
            }

            return 0;
        });

        var schema = new Command("schema", """
            Prints the JSON Schema of edge.yaml for editors.

            Example:
              edge config schema > edge.schema.json
              # then, as the first line of edge.yaml:
              # yaml-language-server: $schema=edge.schema.json
            """);
        schema.SetAction(_ => Console.WriteLine(YamlSchema.For<AgentOptions>()));

        return new Command("config", "Checks a configuration; prints its schema; shows what was tried and goes back.")
        {
            check, schema, ConfigHistoryCommand.CreateHistory(), ConfigHistoryCommand.CreateRollback(),
        };
    }
}
