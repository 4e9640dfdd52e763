using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Sensing;
using SocialCredit.Edge.Tests;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>The logs say how the machine is and never what it sees: no count, no box, no track, no credential.</summary>
[Collection(WholeChain.Name)]
public sealed partial class LogTests(ITestOutputHelper output)
{
    private const string User = "viewer-of-the-pole", Password = "correct-horse-battery", Variable = "SCE_TEST_CAMERA_PASSWORD";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>All that a log line may be given.</summary>
    private static readonly Type[] Permitted =
    [
        typeof(ILogger), typeof(LogLevel), typeof(Exception), typeof(string), typeof(int), typeof(uint), typeof(long), typeof(double), typeof(TimeSpan),
        typeof(DateTimeOffset), typeof(CameraStatus), typeof(RecordStatus), typeof(CommandWord), typeof(CommandReason),
    ];

    private static readonly Assembly[] Agent =
    [
        typeof(AgentRun).Assembly, typeof(SocialCredit.Edge.Operation.ServiceLog).Assembly, typeof(Outbox).Assembly, typeof(SensorHub).Assembly, typeof(Camera).Assembly, typeof(Detector).Assembly,
        typeof(ByteTracker).Assembly, typeof(Scene).Assembly, typeof(SocialCredit.Edge.Anonymisation.Anonymiser).Assembly, typeof(SocialCredit.Edge.Behaviour.RuleOptions).Assembly,
    ];

    [Fact]
    public async Task A_clip_with_everything_that_can_go_wrong_leaves_nothing_in_the_most_verbose_log()
    {
        Environment.SetEnvironmentVariable(Variable, Password);
        await using var broker = await EmbeddedBroker.StartAsync();
        var absent = FreePort.Take();
        var config = ShortClip.Write(broker.Port, agent => agent + $$"""
              - name: gone
                source: rtsp://127.0.0.1:{{absent}}/camera
                username: {{User}}
                password: env:{{Variable}}
                aspect: 4:3
                zones: [{name: gone-zone, windowSeconds: 5, polygon: [[0, 0], [1, 0], [1, 1]], areas: {lane: {polygon: [[0, 0], [1, 0], [1, 1]], direction: [1, 0]} },
                  behaviours: {passage: {}, wrong_way: {area: lane}, stop_keep_clear: {} } }]
            """);
        var configuration = Load(ref config);
        PlantDamagedRecord(configuration);
        broker.AnswerTo = number => number switch { 1 => 0x97, 2 => 0x99, _ => 0 };
        var log = new CapturingLog();
        using var stop = new CancellationTokenSource();

        var running = new AgentRun(config, (Path.Combine(TestPaths.Root, "models"), TimeSpan.Zero), TimeProvider.System, log).RunAsync(configuration, stop.Token);
        await broker.SayReceivedAsync("nonsense"u8.ToArray());
        string[] awaited =
        [
            "Camera campus ended", "Camera gone became Blind", "has been set aside as", "it is parked and tried again", "The broker asks for patience", "was not understood and was ignored", "Closed campus-road",
        ];
        await Eventually.TrueAsync(() => running.IsCompleted || Array.TrueForAll(awaited, part => log.Count(part) > 0), "everything went wrong", Limit);
        await stop.CancelAsync();
        await running;

        Assert.All(awaited, part => Assert.True(log.Count(part) > 0, $"{part} is not in: {string.Join('\n', log.Lines)}"));
        Assert.Empty(log.Lines.SelectMany(Faults));
        output.WriteLine($"{log.Lines.Length} lines at every level, none of which tells");
    }

    [Fact]
    public async Task A_model_that_is_not_there_says_so_and_no_more()
    {
        var config = ShortClip.Write(FreePort.Take(), agent => agent.Replace("calibration: c-demo", "calibration: c-demo\n    model: no-such-model", StringComparison.Ordinal));

        var (code, printed) = await EdgeProgram.RunAsync("run", "--config", config);

        Assert.Equal(1, code);
        Assert.Contains("no-such-model", printed);
        Assert.Empty(printed.Split('\n').SelectMany(Faults));
    }

    [Fact]
    public void No_log_line_can_be_given_a_frame_a_detection_or_a_count_of_an_open_window()
    {
        var lines = Agent.SelectMany(assembly => LogLines(assembly.GetTypes())).ToList();

        Assert.True(lines.Count >= 40, $"only {lines.Count} log lines were found");
        Assert.Empty(lines.SelectMany(Breaches));
        output.WriteLine($"{lines.Count} log lines");
    }

    [Fact]
    public void A_planted_log_line_is_seen() =>
        Assert.Equal(
            ["Saw: box is Box", "Saw: box names box", "Counted: passages names passages", "Named: trackId names track", "Showed: shown is Frame"],
            LogLines([typeof(Planted)]).SelectMany(Breaches));

    [Theory]
    [InlineData("Information: Track 7 left")]
    [InlineData("Debug: seen at 12, 40, 101, 220")]
    [InlineData("Debug: 0.1;0.2;0.3;0.4")]
    [InlineData("Information: wrong_way 3 so far")]
    [InlineData("Information: 12 passages in the open window")]
    [InlineData("Warning: rtsp://viewer-of-the-pole@192.0.2.1/ refused")]
    [InlineData("Warning: login with correct-horse-battery refused")]
    public void A_planted_line_of_the_log_is_seen(string line) => Assert.NotEmpty(Faults(line));

    [Theory]
    [InlineData("Information: Camera campus ended: ended after 795 frames")]
    [InlineData("Information: Connected to the broker 127.0.0.1:18830 as edge-demo, 0 records to deliver")]
    [InlineData("Error: Gave up the window of kerb at 2026-11-22 09:00:00Z, 3 so far: the disk takes nothing")]
    public void An_honest_line_of_the_log_is_none(string line) => Assert.Empty(Faults(line));

    /// <summary>The zones of the second camera are measured for what its policy scores; the folder of the configuration is its own.</summary>
    private static AgentConfiguration Load(ref string config)
    {
        var policy = Path.Combine(Path.GetDirectoryName(config)!, "policy.yaml");
        File.AppendAllText(policy, "  gone-zone: [wrong_way, stop_keep_clear]\n");
        return AgentConfiguration.Load(config, out var faults) ?? throw new InvalidOperationException(string.Join('\n', faults));
    }

    /// <summary>A record whose bytes a disk has spoilt.</summary>
    private static void PlantDamagedRecord(AgentConfiguration configuration)
    {
        var path = Path.Combine(configuration.PathOf(configuration.Options.State), "outbox.db");
        using (var outbox = Outbox.Open(new OutboxOptions { Path = path }, TimeProvider.System, new CapturingLog()))
            outbox.Append(Records.Of(1), DateTimeOffset.UnixEpoch);
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE waiting SET entry = CAST('{\"track\":7,\"box\":[1,2,3,4]}' AS BLOB)";
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static IEnumerable<string> Faults(string line)
    {
        if (line.Contains(Password, StringComparison.Ordinal) || line.Contains(User, StringComparison.Ordinal))
            yield return $"{line}: a credential";
        if (RowOfNumbers().IsMatch(line))
            yield return $"{line}: numbers as a box has them";
        foreach (var word in Words().Matches(line).Select(match => match.Value.ToLowerInvariant()))
        {
            if (PersonalWords.OfPersons.Contains(word) || Behaviours.All.Any(behaviour => behaviour.Name == word))
                yield return $"{line}: {word}";
        }
    }

    private static IEnumerable<MethodInfo> LogLines(IEnumerable<Type> types)
    {
        const BindingFlags all = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return types.SelectMany(type => type.GetMethods(all)).Where(method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null);
    }

    private static IEnumerable<string> Breaches(MethodInfo line)
    {
        foreach (var parameter in line.GetParameters())
        {
            if (!Permitted.Contains(parameter.ParameterType))
                yield return $"{line.Name}: {parameter.Name} is {parameter.ParameterType.Name}";
            foreach (var word in PersonalWords.In(parameter.Name!).Where(PersonalWords.OfPersons.Contains))
                yield return $"{line.Name}: {parameter.Name} names {word}";
        }
    }

    [GeneratedRegex(@"(?<![\d.:-])-?\d+(\.\d+)?(\s*[,; ]\s*-?\d+(\.\d+)?){3,}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RowOfNumbers();

    [GeneratedRegex("[A-Za-z_]+", RegexOptions.None, 1000)]
    private static partial Regex Words();

    private static partial class Planted
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Saw {Box}")]
        public static partial void Saw(ILogger log, Box box);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Passages} so far")]
        public static partial void Counted(ILogger log, long passages);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{TrackId} left")]
        public static partial void Named(ILogger log, int trackId);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Shown}")]
        public static partial void Showed(ILogger log, Frame shown);
    }
}
