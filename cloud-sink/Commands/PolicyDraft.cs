using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Commands.Refusal;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>What is done with a policy before anybody signs it: <c>sink policy new</c>, <c>lint</c>, <c>diff</c>.</summary>
internal static partial class PolicyDraft
{
    private const string Current = "current";

    private static readonly JsonSerializerOptions Written = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command New()
    {
        var id = new Argument<string>("id") { Description = "Its id, such as p-2026.4." };
        var from = new Option<string>("--from") { Description = "The file of another policy; current for the one in force.", DefaultValueFactory = _ => Current };
        var to = new Option<string?>("--out", "-o") { Description = "The file to write; ID.yaml without it." };
        var config = ConfigurationArgument.Create();
        var command = new Command("new", """
            Writes the draft of a policy: another one with its comments, under a new id.

            Examples:
              sink policy new p-2026.4 --from current --config sink.yaml
              sink policy new p-2026.4 --from policy.yaml --out draft.yaml
            """) { id, from, to, config };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(id);
            if (!Names.IsVersion(name))
                return Fail(parsed, "An id is 1 to 32 of a-z, 0-9, '.' and '-'.");
            var path = parsed.GetValue(to) ?? name + ".yaml";
            if (File.Exists(path))
                return Fail(parsed, $"{path} is there already; name another file with --out.");
            if (TextOf(parsed, config, parsed.GetValue(from)!) is not { } text)
                return 1;
            if (!IdLine().IsMatch(text))
                return Fail(parsed, "The policy has no line that begins with id:, so its id cannot be changed here. Copy it and write the id.");
            File.WriteAllText(path, IdLine().Replace(text, $"id: {name}", 1));
            parsed.InvocationConfiguration.Output.WriteLine($"{path} is a draft. Edit it, then: sink policy lint {path}");
            return 0;
        });
        return command;
    }

    public static Command Lint()
    {
        var file = new Argument<string>("file") { Description = "The policy's file." };
        var demo = new Option<bool>("--demo") { Description = "For a demonstration, which has no noise." };
        var command = new Command("lint", """
            Says everything that is wrong in a policy or missing before it can be published.
            Example: sink policy lint p-2026.4.yaml
            """) { file, demo };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            if (ReadBytes(parsed, path) is not { } bytes)
                return 1;
            var (read, faults) = PolicyReader.ParseForPublication(bytes, path, parsed.GetValue(demo));
            foreach (var fault in faults)
                parsed.InvocationConfiguration.Error.WriteLine(fault.ToString());
            if (read is null)
                return 1;
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{path} is complete: {read.Policy.Id}, {read.Policy.Behaviours.Count} behaviours, sha256 {PolicySignature.Sha256Of(bytes)}. "
                + $"Published today it can be in force from {TimeProvider.System.GetUtcNow() + PolicyTerms.Notice:yyyy-MM-dd} on.");
            return 0;
        });
        return command;
    }

    public static Command Diff()
    {
        var before = new Argument<string>("before") { Description = "A policy's file, or the id of a published one." };
        var after = new Argument<string>("after") { Description = "The other." };
        var json = new Option<bool>("--json") { Description = "Prints JSON." };
        var config = ConfigurationArgument.Create();
        var command = new Command("diff", """
            Says in words what a policy changes.

            Examples:
              sink policy diff policy.yaml p-2026.4.yaml
              sink policy diff p-2026.3 p-2026.4 --config sink.yaml --json
            """) { before, after, json, config };
        command.SetAction(parsed =>
        {
            var (old, now) = (Load(parsed, config, parsed.GetRequiredValue(before)), Load(parsed, config, parsed.GetRequiredValue(after)));
            if (old is null || now is null)
                return 1;
            var found = PolicyDifference.Between(old, now);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(new { Before = old.Id, After = now.Id, Differences = found }, Written));
                return 0;
            }

            output.WriteLine(found.Count == 0 ? $"{old.Id} and {now.Id} score the same." : $"From {old.Id} to {now.Id}:");
            foreach (var difference in found)
                output.WriteLine($"  {difference}");
            return 0;
        });
        return command;
    }

    /// <summary>The bytes of a file; null after the reason went to the error stream.</summary>
    public static byte[]? ReadBytes(ParseResult parsed, string path)
    {
        try
        {
            return YamlReader.ReadBytes(path);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"{path}: {unusable.Message}");
            return null;
        }
    }

    private static string? TextOf(ParseResult parsed, Option<string> config, string from)
    {
        if (from != Current)
            return ReadBytes(parsed, from) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
        string? text = null;
        OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            text = Encoding.UTF8.GetString(PolicyInForce.Of(configuration, store, TimeProvider.System).File.Bytes.Span);
            return 0;
        });
        return text;
    }

    private static Policy? Load(ParseResult parsed, Option<string> config, string name)
    {
        byte[]? bytes = null;
        if (File.Exists(name))
        {
            bytes = ReadBytes(parsed, name);
        }
        else
        {
            OpenedStore.Use(parsed, config, (_, store) =>
            {
                bytes = new PolicyTables(store.Database).Find(name)?.Bytes.ToArray();
                return bytes is not null ? 0 : Fail(parsed, $"{name}: there is no such file, and no policy of that id was published.");
            });
        }

        if (bytes is null)
            return null;
        var (file, faults) = PolicyReader.Parse(bytes, name);
        foreach (var fault in faults)
            parsed.InvocationConfiguration.Error.WriteLine(fault.ToString());
        return file?.Policy;
    }

    [GeneratedRegex(@"^id:[^\n#\r]*[^\n#\r\s]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IdLine();
}
