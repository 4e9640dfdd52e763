using Microsoft.Extensions.Logging;
using Serilog.Events;
using Serilog.Parsing;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Operation;

/// <summary>Where the log goes, how much of it there can be, and that no secret is in it.</summary>
public sealed partial class ServiceLogTests
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task A_password_is_in_no_part_of_the_file_and_only_its_owner_may_read_it()
    {
        var path = Path.Combine(TestPaths.NewFolder(), "edge.log");
        await File.WriteAllTextAsync(path, "of before\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(path, OwnersOnly | UnixFileMode.OtherRead);
        Redactor.Learn("br0ker-geheim");

        using (var log = ServiceLog.Open(new LogSection { File = path }, "/", isVerbose: false, isOnError: true))
        {
            var logger = log.Factory.CreateLogger("test");
            Failed(logger, new InvalidOperationException("login with br0ker-geheim failed", new IOException("mqtts://edge:x@broker")), "as br0ker-geheim");
        }

        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains("ERR Not connected as ***", text);
        Assert.Contains("System.InvalidOperationException: login with *** failed", text);
        Assert.Contains("mqtts://***@broker", text);
        Assert.DoesNotContain("geheim", text);
        Assert.Equal(OwnersOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public void All_files_together_stay_within_their_megabytes()
    {
        var folder = TestPaths.NewFolder();
        var line = new string('x', 100_000);

        using (var log = ServiceLog.Open(new LogSection { File = "edge.log", MegabytesMax = 4 }, folder, isVerbose: false, isOnError: true))
        {
            // Below the console's level, so that only the file takes it.
            for (var i = 0; i < 80; i++)
                Filled(log.Factory.CreateLogger("test"), line);
        }

        var files = new DirectoryInfo(folder).GetFiles();
        Assert.InRange(files.Sum(file => file.Length), 3_000_000, 4L * 1024 * 1024 + line.Length * 4);
        Assert.All(files, file => Assert.Equal(OwnersOnly, file.UnixFileMode));
    }

    [Fact]
    public void In_the_journal_each_line_has_its_priority_and_no_time()
    {
        Assert.Equal("<4>Camera north became Blind\n", Format(new LineFormatter("{Message:l}", hasStack: true, isJournal: true), LogEventLevel.Warning, null));

        var lines = Format(new LineFormatter("{Message:l}", hasStack: true, isJournal: true), LogEventLevel.Fatal, Thrown()).TrimEnd('\n').Split('\n');

        Assert.True(lines.Length >= 3);
        Assert.All(lines, line => Assert.StartsWith("<2>", line));
    }

    [Fact]
    public void On_the_console_an_exception_is_one_line()
    {
        var line = Format(new LineFormatter("{Level:u3} {Message:l}", hasStack: false, isJournal: false), LogEventLevel.Error, Thrown());

        Assert.Equal("ERR Camera north became Blind (IOException: the disk is full)\n", line);
    }

    [Fact]
    public void A_name_that_holds_a_line_end_forges_no_line()
    {
        var logged = new LogEvent(
            DateTimeOffset.UnixEpoch, LogEventLevel.Warning, null, new MessageTemplateParser().Parse("Refused {Name}"),
            [new LogEventProperty("Name", new ScalarValue("x\n09:00:00 INF All is well"))]);
        using var output = new StringWriter();

        new LineFormatter("{Message:l}", hasStack: true, isJournal: false).Format(logged, output);

        Assert.Equal("Refused x 09:00:00 INF All is well\n", output.ToString());
    }

    private static string Format(LineFormatter formatter, LogEventLevel level, Exception? fault)
    {
        var logged = new LogEvent(DateTimeOffset.UnixEpoch, level, fault, new MessageTemplateParser().Parse("Camera north became Blind"), []);
        using var output = new StringWriter();
        formatter.Format(logged, output);
        return output.ToString();
    }

    private static IOException Thrown()
    {
        try
        {
            throw new IOException("the disk is full.");
        }
        catch (IOException thrown)
        {
            return thrown;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Not connected {How}")]
    private static partial void Failed(ILogger logger, Exception fault, string how);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    private static partial void Filled(ILogger logger, string text);
}
