using System.CommandLine;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink audit</c>: who changed what scores rest on, and whether the log of it is whole.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "The audit log: append-only, each line bound to all before it.") { List(), Verify(), Export() };

    private static Command List()
    {
        var (config, last) = (ConfigurationArgument.Create(), new Option<int>("--last") { Description = "So many lines.", DefaultValueFactory = _ => 50 });
        last.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000)
                result.AddError("--last must be from 1 to 1000000.");
        });
        var command = new Command("list", """
            Prints the newest lines, the oldest of them first, and the head: the hash of the last line. Whoever notes the head can see
            later that nothing before it was changed.
            Example: sink audit list --last 20 --config sink.yaml
            """) { last, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            var (audit, output) = (new AuditTables(store.Database), parsed.InvocationConfiguration.Output);
            foreach (var line in audit.Newest(parsed.GetValue(last)).Reverse())
                output.WriteLine(line.Line);
            output.WriteLine($"head {audit.Head().Number} {audit.Head().Hash}");
            return 0;
        }));
        return command;
    }

    private static Command Verify()
    {
        var config = ConfigurationArgument.Create();
        var file = new Option<string?>("--file", "-f") { Description = "A file that sink audit export has written, in place of the store: anyone can check it." };
        var head = new Option<string?>("--head") { Description = "A head that was noted earlier; the log must continue it." };
        var command = new Command("verify", """
            Walks the log from its first line and names the first that does not fit: changed, missing or moved.

            Examples:
              sink audit verify --config sink.yaml
              sink audit verify --file audit.log --head 9f86d081884c7d65...
            """) { file, head, config };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(file) is not { } path)
                return OpenedStore.Use(parsed, config, (_, store) => Judge(parsed, AuditChain.Verify(new AuditTables(store.Database).All(), parsed.GetValue(head))));
            try
            {
                return Judge(parsed, AuditChain.Verify(AuditChain.Read(File.ReadAllText(path)), parsed.GetValue(head)));
            }
            catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"--file: {unusable.Message}");
                return 1;
            }
        });
        return command;
    }

    private static Command Export()
    {
        var config = ConfigurationArgument.Create();
        var command = new Command("export", """
            Writes all lines, each behind its hash, for anyone to check: HASH LINE, where HASH is the sha256 of the hash before, a line
            end and the line.
            Example: sink audit export --config sink.yaml > audit.log
            """) { config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            foreach (var line in new AuditTables(store.Database).All())
                parsed.InvocationConfiguration.Output.Write($"{line}\n");
            return 0;
        }));
        return command;
    }

    private static int Judge(ParseResult parsed, AuditVerdict verdict)
    {
        if (verdict.Problem is { } problem)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"{problem} {verdict.Lines} lines before it are whole; the last of them has the hash {verdict.Head}.");
            return 1;
        }

        parsed.InvocationConfiguration.Output.WriteLine($"{verdict.Lines} lines, whole. head {verdict.Head}");
        return 0;
    }
}
