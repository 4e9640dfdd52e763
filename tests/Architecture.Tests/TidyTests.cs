using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Architecture.Tests;

/// <summary>Habits that a reader relies on, held by reading the source.</summary>
public sealed partial class TidyTests
{
    private const int LinesMax = 300;

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        Assert.Empty(SourceFile.Below("agent", "cloud-sink", "contract", "tests").Where(file => file.Lines > LinesMax).Select(file => $"{file.Path}: {file.Lines}"));

    [Fact]
    public void Nothing_is_left_to_do() => AssertNone(LeftOver(), "agent", "cloud-sink", "contract");

    [Fact]
    public void No_class_is_named_for_nothing() => AssertNone(EmptyName(), "agent", "cloud-sink", "contract");

    [Fact]
    public void No_frame_can_be_written_to_disk() => AssertNone(PixelWriter(), "agent");

    [Fact]
    public void No_test_sleeps_or_asserts_time() => AssertNone(Sleep(), "tests/Agent.Tests", "tests/Sink.Tests", "tests/EndToEnd.Tests");

    [Fact]
    public void In_the_host_only_the_exit_the_composition_the_report_and_its_bounds_name_the_outbox()
    {
        var naming = SourceFile.Below("agent/Host").Where(file => OutboxWord().IsMatch(file.Text)).Select(file => Path.GetFileName(file.Path));

        Assert.Subset(new HashSet<string> { "AgentExit.cs", "RunningConfiguration.cs", "HealthReporter.cs", "AgentOptions.cs" }, naming.ToHashSet());
    }

    [Fact]
    public void What_the_threat_model_says_is_shown_is_shown_by_a_test_that_there_is()
    {
        var classes = SourceFile.Below("tests").SelectMany(file => ClassName().Matches(file.Text)).Select(match => match.Groups[1].Value).ToHashSet();
        var rows = File.ReadAllLines(Path.Combine(TestPaths.Root, "SECURITY.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();

        Assert.All(rows, row => Assert.Matches("`[^`]+`[^|]*\\|$", row));
        Assert.Empty(rows.SelectMany(row => TestName().Matches(row)).Select(match => match.Groups[1].Value).Where(name => !classes.Contains(name)));
        Assert.DoesNotContain("NoSuchThingTests", classes);
        Assert.Equal("NoSuchThingTests", TestName().Match("| a | b | c | `NoSuchThingTests.It_holds` |").Groups[1].Value);
    }

    [Theory]
    [InlineData("var x = 1; // TODO later", nameof(LeftOver))]
    [InlineData("internal sealed class FrameManager", nameof(EmptyName))]
    [InlineData("Cv2.ImWrite(path, frame);", nameof(PixelWriter))]
    [InlineData("using var w = new VideoWriter(path);", nameof(PixelWriter))]
    [InlineData("Thread.Sleep(100);", nameof(Sleep))]
    [InlineData("private Outbox _outbox;", nameof(OutboxWord))]
    public void A_planted_breach_is_seen(string line, string law)
    {
        var pattern = law switch
        {
            nameof(LeftOver) => LeftOver(),
            nameof(EmptyName) => EmptyName(),
            nameof(PixelWriter) => PixelWriter(),
            nameof(Sleep) => Sleep(),
            _ => OutboxWord(),
        };

        Assert.Matches(pattern, line);
    }

    private static void AssertNone(Regex pattern, params string[] folders) =>
        Assert.Empty(SourceFile.Below(folders).SelectMany(file => file.Find(pattern)));

    [GeneratedRegex(@"class (\w+)", RegexOptions.None, 1000)]
    private static partial Regex ClassName();

    [GeneratedRegex(@"`(?:[^`]*/)?([A-Z]\w+Tests)(?:\.\w+)?`", RegexOptions.None, 1000)]
    private static partial Regex TestName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b|#region")]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"\b(class|record|struct|interface)\s+\w*(Manager|Helper|Helpers|Utils?|Common)\b")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"\b(ImWrite|ImEncode|VideoWriter|SaveImage|ToBytes|WriteToStream)\b")]
    private static partial Regex PixelWriter();

    [GeneratedRegex(@"\bThread\.Sleep\(|\bTask\.Delay\(\d|\bElapsed\b.*Assert|Assert.*\bElapsed\b")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bOutbox\b")]
    private static partial Regex OutboxWord();
}
