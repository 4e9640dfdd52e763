using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Host.Staging;

namespace SocialCredit.Edge.Agent.Tests.Host.Staging;

/// <summary>What a new configuration must show, and when.</summary>
public sealed class ProbationTests
{
    private static readonly ProbationFacts Before = new(["north", "south"], IsConnected: true);

    private static readonly DeviceFacts AllWorks = new([Camera("north"), Camera("south"), Camera("new", gives: false)], TakesRecords: true, IsConnected: true);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_is_found_good_in_the_second_half_of_its_time_and_not_before()
    {
        var probation = new Probation(Before, TimeSpan.FromSeconds(120), _time);

        Assert.Null(probation.Judge(AllWorks, out _));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(probation.Judge(AllWorks, out _));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(probation.Judge(AllWorks, out _));
    }

    [Theory]
    [InlineData("camera", "no frames any more from south")]
    [InlineData("outbox", "the outbox takes no records")]
    [InlineData("broker", "the broker cannot be reached any more")]
    public void What_worked_before_and_does_not_any_more_is_named_when_its_time_is_over(string what, string why)
    {
        var probation = new Probation(Before, TimeSpan.FromSeconds(120), _time);
        var broken = what switch
        {
            "camera" => AllWorks with { Cameras = [Camera("north"), Camera("south", gives: false)] },
            "outbox" => AllWorks with { TakesRecords = false },
            _ => AllWorks with { IsConnected = false },
        };

        _time.Advance(TimeSpan.FromSeconds(119));
        Assert.Null(probation.Judge(broken, out _));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(probation.Judge(broken, out var said));
        Assert.Equal(why, said);
    }

    [Fact]
    public void A_camera_that_was_taken_away_switched_off_or_played_to_its_end_is_not_missed()
    {
        var probation = new Probation(new(["gone", "off", "ended"], false), TimeSpan.FromSeconds(2), _time);
        var now = new DeviceFacts([new("off", false, false, false), new("ended", true, false, true)], true, false);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(probation.Judge(now, out _));
    }

    [Fact]
    public void What_did_not_work_before_need_not_work_now()
    {
        var probation = new Probation(ProbationFacts.None, TimeSpan.FromSeconds(2), _time);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(probation.Judge(AllWorks with { Cameras = [Camera("north", gives: false)], IsConnected = false }, out _));
    }

    private static CameraFacts Camera(string name, bool gives = true) => new(name, IsAsked: true, gives, HasEnded: false);
}
