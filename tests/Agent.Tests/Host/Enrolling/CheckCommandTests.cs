using System.Text.Json;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Enrolling;

/// <summary><c>edge check</c>, the real program.</summary>
public sealed class CheckCommandTests(ITestOutputHelper output)
{
    private static readonly string[] Models = ["--models", Path.Combine(TestPaths.Root, "models")];

    [Fact]
    public async Task A_device_that_can_work_is_said_to_in_words_and_as_JSON()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var config = TestConfigurations.Write(TestConfigurations.Agent.Replace("port: 1883", $"port: {broker.Port}", StringComparison.Ordinal));

        var (code, said) = await EdgeProgram.RunAsync(["check", "--config", config, .. Models]);
        var (_, json) = await EdgeProgram.RunAsync(["check", "--json", "--config", config, .. Models]);

        output.WriteLine(said);
        Assert.True(code == 0, said);
        var checks = JsonDocument.Parse(json).RootElement.EnumerateArray().ToDictionary(check => check.GetProperty("what").GetString()!, check => check.GetProperty("result").GetString());
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["configuration"] = "ok",
                ["model street-320"] = "ok",
                ["state folder"] = "ok",
                ["outbox"] = "ok",
                ["key"] = "warning",
                ["enrolment"] = "warning",
                ["certificate"] = "ok",
                ["clock"] = "ok",
                ["broker"] = "ok",
            },
            checks);
    }

    [Fact]
    public async Task What_stands_in_the_way_is_named_with_what_to_do()
    {
        using var authority = new TestAuthority();
        using var bed = new EnrolmentBed();
        // Enrolled long ago, at a sink that is away, with a broker that is away.
        await using (var sink = new StandInDesk(authority))
        {
            sink.Answer = request => sink.Approve(request, TimeProvider.System.GetUtcNow().AddDays(-30));
            await bed.EnrolAsync(sink);
        }

        File.WriteAllText(bed.File("outbox.db.corrupt-1"), "");
        File.WriteAllText(bed.Path, File.ReadAllText(bed.Path).Replace("port: 1883", $"port: {FreePort.Take()}, tls: {{}}", StringComparison.Ordinal));

        var (code, said) = await EdgeProgram.RunAsync(["check", "--config", bed.Path, .. Models]);

        output.WriteLine(said);
        Assert.Equal(1, code);
        Assert.Matches("failure +certificate: it has expired .*: the agent renews it as soon as the sink answers; is the clock right", said);
        Assert.Matches("warning +clock: .* cannot be reached", said);
        Assert.Matches("warning +outbox: a damaged one was set aside: .*outbox.db.corrupt-1", said);
        Assert.Matches("failure +broker: 127.0.0.1:.*refused", said);
        Assert.Matches("ok +key: .*, a file of mode 0600: who steals the disk has it", said);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_a_failure()
    {
        using var authority = new TestAuthority();
        using var bed = new EnrolmentBed();
        await using var sink = new StandInDesk(authority);
        sink.Answer = request => sink.Approve(request, TimeProvider.System.GetUtcNow());
        await bed.EnrolAsync(sink);

        // The stand-in's clock is wrong by years.
        var (code, said) = await EdgeProgram.RunAsync(["check", "--config", bed.Path, .. Models]);

        Assert.Equal(1, code);
        Assert.Matches("failure +clock: .* s ahead of the sink's: set it", said);
        Assert.Contains(bed.Said, line => line.StartsWith("This device's clock is", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_a_failure()
    {
        using var bed = new EnrolmentBed();
        DeviceKey.OpenOrMake(bed.State).Dispose();
        File.SetUnixFileMode(bed.File(DeviceKey.FileName), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var (code, said) = await EdgeProgram.RunAsync(["check", "--config", bed.Path, .. Models]);

        Assert.Equal(1, code);
        Assert.Matches("failure +identity: .*Run: chmod 600", said);
    }
}
