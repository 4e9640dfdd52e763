using System.CommandLine;
using System.Text;
using SocialCredit.Edge.Sink.Commands;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary>A verb, called as a shell would, in an empty folder of its own.</summary>
internal sealed class CommandRun
{
    public const string PolicyText = """
        id: p-2026.3
        beta: 2
        halfLifeDays: 28
        epsilonCounts: inf
        behaviours:
          red_crossing: {sign: bad,  weight: 12, reference: 4.0}
          littering:    {sign: bad,  weight: 8,  reference: 0.5}
          yielded:      {sign: good, weight: 10, reference: 30}
        """;

    public const string RowsText = """
        zone,date,windows,released,passages,red_crossing,littering,yielded
        crossing-north,2026-11-21,24,20,8000,48,2,360
        """;

    private readonly StringBuilder _output = new(), _errors = new();

    public string Folder { get; } = TestPaths.NewFolder();

    public string Output => _output.ToString();

    public string Errors => _errors.ToString().Replace(Folder + "/", "", StringComparison.Ordinal);

    /// <summary>What was written since the last time.</summary>
    public string TakeOutput()
    {
        var output = Output;
        _output.Clear();
        return output;
    }

    public CommandRun With(string file, string text)
    {
        File.WriteAllText(Path.Combine(Folder, file), text);
        return this;
    }

    /// <summary>Arguments that name a file of the folder are given with it.</summary>
    public int Invoke(params string[] arguments)
    {
        var root = new RootCommand
        {
            ScoreCommand.Create(), ExplainCommand.Create(), ManifestCommand.Create(), DeviceCommand.Create(), AuthorityCommand.Create(), BrokerCommand.Create(), CommandCommand.Create(), KeyCommand.Create(), WebhookCommand.Create(),
            ExportCommand.Create(), RecomputeCommand.Create(), VerifyCommand.Create(),
            PolicyCommand.Create(), ContestCommand.Create(), AuditCommand.Create(),
            RestateCommand.Create(), StoreCommand.Create(),
        };
        var placed = arguments.Select(argument => File.Exists(Path.Combine(Folder, argument)) ? Path.Combine(Folder, argument) : argument);
        using var output = new StringWriter(_output);
        using var errors = new StringWriter(_errors);
        return root.Parse([.. placed]).Invoke(new InvocationConfiguration { Output = output, Error = errors });
    }
}
