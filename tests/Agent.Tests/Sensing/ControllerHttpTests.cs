using System.Text;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing;
using SocialCredit.Edge.Sensing.Sensors;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>A phase that is asked of a controller over HTTP, with a real server on loopback.</summary>
public sealed class ControllerHttpTests
{
    [Fact]
    public async Task Each_phase_is_told_once_when_it_comes()
    {
        await using var server = new PhaseServer("{\"signals\": [{\"phase\": \"HALT\"}]}");
        using var heard = new HeardSensors(("ped", Options(server) with
        {
            Key = "signals.0.phase",
            Words = new Dictionary<string, PhaseColour> { ["halt"] = PhaseColour.Red, ["go"] = PhaseColour.Green },
        }));

        await heard.BecomesAsync("ped", SensorState.Red);
        server.Say("{\"signals\": [{\"phase\": \"go\"}]}");
        await heard.BecomesAsync("ped", SensorState.Green);
        server.Say("{\"signals\": [{\"phase\": \"dance\"}]}");
        await heard.BecomesAsync("ped", SensorState.Unknown);

        Assert.Equal([SensorState.Red, SensorState.Green, SensorState.Unknown], heard.Of("ped"));
        Assert.Equal(1, heard.Log.Count("says something that is not under words"));
    }

    [Theory]
    [InlineData("too large")]
    [InlineData("not json")]
    [InlineData("wrong type")]
    [InlineData("not utf-8")]
    [InlineData("no key")]
    [InlineData("an error")]
    [InlineData("a redirection")]
    [InlineData("not http")]
    [InlineData("cut off")]
    public async Task What_cannot_be_used_changes_nothing_while_the_last_phase_is_fresh(string hostile)
    {
        await using var server = new PhaseServer("{\"phase\": \"green\"}");
        using var heard = new HeardSensors(("ped", Options(server) with { Key = "phase", StaleSeconds = 600 }));
        await heard.BecomesAsync("ped", SensorState.Green);

        SayHostile(server, hostile);
        var from = server.Questions;
        await Eventually.TrueAsync(() => server.Questions >= from + 3, "it asks again and again");
        server.Say("{\"phase\": \"red\"}");
        await heard.BecomesAsync("ped", SensorState.Red);

        Assert.Equal([SensorState.Green, SensorState.Red], heard.Of("ped"));
        Assert.DoesNotContain(heard.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("goes away")]
    [InlineData("hangs")]
    [InlineData("an error")]
    public async Task A_controller_that_says_nothing_of_use_makes_the_signal_unknown_until_it_is_back(string trouble)
    {
        await using var server = new PhaseServer("green");
        using var heard = new HeardSensors(("ped", Options(server) with { StaleSeconds = 1 }));
        await heard.BecomesAsync("ped", SensorState.Green);

        if (trouble == "goes away")
            await server.GoAwayAsync();
        else if (trouble == "hangs")
            server.Hang();
        else
            SayHostile(server, trouble);
        await heard.BecomesAsync("ped", SensorState.Unknown);
        server.Say("green");
        if (trouble == "goes away")
            server.ComeBack();
        await heard.BecomesAsync("ped", SensorState.Green);

        Assert.Equal([SensorState.Green, SensorState.Unknown, SensorState.Green], heard.Of("ped"));
        Assert.Equal((1, 2), (heard.Log.Count("has said nothing that can be used for 1 s."), heard.Log.Count("its controller answers")));
    }

    [Fact]
    public async Task The_second_source_of_a_signal_speaks_only_while_the_first_is_unknown()
    {
        await using var server = new PhaseServer("green");
        using var heard = new HeardSensors(
            ("ped", new SignalSensor.Options { Red = 5, DarkIsOther = false, Pull = Pull.Down }),
            ("controller", Options(server) with { StandInFor = "ped" }));

        await heard.BecomesAsync("ped", SensorState.Green);
        heard.Chip.Set(5, ScriptLevel.High);
        await heard.BecomesAsync("ped", SensorState.Red);
        heard.Chip.Set(5, ScriptLevel.Low);
        await heard.BecomesAsync("ped", SensorState.Green);

        Assert.Equal([SensorState.Green, SensorState.Red, SensorState.Green], heard.Of("ped"));
        Assert.Empty(heard.Of("controller"));
    }

    private static ControllerHttpSensor.Options Options(PhaseServer server) => new() { Url = server.Url, PollMilliseconds = 50, StaleSeconds = 60 };

    private static void SayHostile(PhaseServer server, string hostile)
    {
        switch (hostile)
        {
            case "too large":
                server.Say($"{{\"phase\": \"red\", \"rest\": \"{new string('x', 70_000)}\"}}");
                break;
            case "not utf-8":
                server.Say(Encoding.Latin1.GetBytes("{\"phase\": \"r\u00f6t\"}"));
                break;
            case "an error":
                server.Say("{\"phase\": \"red\"}", "500 Internal Server Error");
                break;
            case "a redirection":
                server.Say("{\"phase\": \"red\"}", $"302 Found\r\nLocation: {server.Url}");
                break;
            case "not http":
                server.SayRaw(Encoding.UTF8.GetBytes("SSH-2.0-controller\r\n"));
                break;
            case "cut off":
                server.SayRaw(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"phase\": \"red\"}"));
                break;
            default:
                server.Say(hostile switch { "not json" => "{\"phase\": red", "wrong type" => "{\"phase\": {}}", _ => "{\"state\": \"red\"}" });
                break;
        }
    }
}
