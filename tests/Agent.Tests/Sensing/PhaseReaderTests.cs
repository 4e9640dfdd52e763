using System.Text;
using CsCheck;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Sensing;
using SocialCredit.Edge.Sensing.Sensors;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

/// <summary>What is made of a controller's message, which may be anything at all.</summary>
public sealed class PhaseReaderTests
{
    [Theory]
    [InlineData("red", null, SensorState.Red)]
    [InlineData(" Green\r\n", null, SensorState.Green)]
    [InlineData("\"yellow\"", null, SensorState.Amber)]
    [InlineData("{\"phase\": \"AMBER\"}", "phase", SensorState.Amber)]
    [InlineData("{\"signals\": [{}, {\"phase\": \"green\"}]}", "signals.1.phase", SensorState.Green)]
    [InlineData("{\"group\": 3}", "group", SensorState.Green)]
    [InlineData("{\"walk\": true}", "walk", SensorState.Green)]
    [InlineData("{\"phase\": \"flashing\"}", "phase", SensorState.Unknown)]
    [InlineData("flashing", null, SensorState.Unknown)]
    public void A_word_is_a_phase_or_makes_the_signal_unknown(string message, string? key, SensorState state)
    {
        Assert.Null(Reader(key).Read(Encoding.UTF8.GetBytes(message), out var read));
        Assert.Equal(state, read);
    }

    [Theory]
    [InlineData("{\"phase\": {\"now\": \"green\"}}", "What stands there is no word.")]
    [InlineData("{\"phase\": [\"green\"]}", "What stands there is no word.")]
    [InlineData("{\"phase\": null}", "What stands there is no word.")]
    [InlineData("{\"phase\": \"\"}", "What stands there is no word.")]
    [InlineData("{\"phases\": \"green\"}", "Its message has no key phase.")]
    [InlineData("[\"green\"]", "Its message has no key phase.")]
    [InlineData("\"green\"", "Its message has no key phase.")]
    [InlineData("{\"phase\": \"green\"", "Its message is not JSON.")]
    [InlineData("green", "Its message is not JSON.")]
    [InlineData("", "Its message is not JSON.")]
    [InlineData("{\"phase\": \"\\ud800\"}", "Its message is not JSON.")]
    public void What_cannot_be_used_says_why(string message, string why) =>
        Assert.Equal(why, Reader("phase").Read(Encoding.UTF8.GetBytes(message), out _));

    [Fact]
    public void A_message_that_is_too_long_or_too_deep_or_not_in_utf_8_cannot_be_used()
    {
        var reader = Reader("phase");

        Assert.Equal("Its message is longer than 64 KiB.", reader.Read(new byte[(64 * 1024) + 1], out _));
        Assert.Equal("Its message is not JSON.", reader.Read(Encoding.UTF8.GetBytes(new string('[', 5000)), out _));
        Assert.Equal("Its message is not JSON.", reader.Read(Encoding.Latin1.GetBytes("{\"phase\": \"gr\u00fcn\"}"), out _));
        Assert.Equal("Its message is no word.", Reader(null).Read(Encoding.UTF8.GetBytes(new string('r', 65)), out _));
        Assert.Equal("What stands there is no word.", reader.Read(Encoding.UTF8.GetBytes($"{{\"phase\": \"{new string('r', 65)}\"}}"), out _));
    }

    [Fact]
    public void No_bytes_at_all_throw_or_become_a_phase_by_chance()
    {
        var (keyed, whole) = (Reader("phase"), Reader(null));

        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            var isWord = keyed.Read(bytes, out var state) is null && state != SensorState.Unknown;
            Assert.False(isWord && !Encoding.UTF8.GetString(bytes).Contains("phase", StringComparison.Ordinal));
            whole.Read(bytes, out _);
        });
    }

    private static PhaseReader Reader(string? key) => new(new ControllerHttpSensor.Options
    {
        Url = "http://127.0.0.1/",
        Key = key,
        Words = new Dictionary<string, PhaseColour>
        {
            ["red"] = PhaseColour.Red,
            ["amber"] = PhaseColour.Amber,
            ["yellow"] = PhaseColour.Amber,
            ["green"] = PhaseColour.Green,
            ["3"] = PhaseColour.Green,
            ["true"] = PhaseColour.Green,
        },
    });
}
