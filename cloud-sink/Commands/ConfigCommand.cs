using System.CommandLine;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink config</c>: says everything that is wrong in a configuration, without starting anything, and what may stand in it.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var config = ConfigurationArgument.Create();
        var check = new Command("check", """
            Reads the configuration and its policy and names every fault with file, line, key and hint.
            Example: sink config check --config sink.yaml
            """) { config };
        check.SetAction(parsed =>
        {
            if (ConfigurationArgument.Read(parsed, config) is not { } configuration)
                return 1;
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{configuration.Path} is good: profile {configuration.Options.Profile.ToString().ToLowerInvariant()}, "
                + $"policy {configuration.Policy.Policy.Id}, {configuration.Options.Zones.Count} zones in the register.");
            return 0;
        });
        var schema = new Command("schema", """
            Prints the JSON Schema of sink.yaml for editors.
            Example: sink config schema > sink.schema.json
            """);
        schema.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(YamlSchema.For<SinkOptions>()));
        return new Command("config", "Looks at the configuration.") { check, schema };
    }
}
