using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Remote;

namespace SocialCredit.Edge.Agent.Tests.Host.Remote;

/// <summary>When reports are made: by the clock alone.</summary>
public sealed class HealthScheduleTests(ITestOutputHelper output)
{
    [Fact]
    public void A_day_has_one_soon_after_the_start_and_one_each_hour_at_the_same_minute()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero));
        var schedule = new HealthSchedule("device-1", time);
        List<DateTimeOffset> made = [];
        for (var step = 0; step < 24 * 3600 * 2; step++)
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            if (schedule.TakeDue())
                made.Add(time.GetUtcNow());
        }

        Assert.Equal(10, (made[0] - new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero)).TotalSeconds);
        Assert.Single(made.Skip(1).Select(at => (at.Minute, at.Second)).Distinct());
        Assert.InRange(made.Count, 24, 25);
    }

    [Fact]
    public void Devices_speak_at_different_minutes_and_early_enough_to_be_fresh()
    {
        var offsets = Enumerable.Range(1, 500).Select(number => new HealthSchedule($"edge-{number:000}", TimeProvider.System).Offset).ToList();

        Assert.All(offsets, offset => Assert.InRange(offset.TotalMinutes, 0, 50));
        Assert.InRange(offsets.Select(offset => (int)offset.TotalMinutes).Distinct().Count(), 49, 50);
        output.WriteLine($"500 devices over {offsets.Max().TotalMinutes:0} minutes, at most {offsets.GroupBy(offset => (int)offset.TotalMinutes).Max(group => group.Count())} in one");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public void A_clock_that_is_set_holds_none_up_and_is_counted(int hours)
    {
        var time = new SteppedTime(new DateTimeOffset(2026, 11, 22, 9, 30, 0, TimeSpan.Zero));
        var (schedule, life) = (new HealthSchedule("device-1", time), new AgentLife(time));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(schedule.TakeDue());

        time.Step = TimeSpan.FromHours(hours);
        life.Tick(TimeSpan.FromSeconds(10), []);

        Assert.True(schedule.TakeDue());
        Assert.False(schedule.TakeDue());
        Assert.Equal((1, true), (life.ClockSteps, life.HasClockStepped));
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(schedule.TakeDue());
    }

    [Fact]
    public void Coverage_is_what_was_watched_since_the_last_report()
    {
        var time = new FakeTimeProvider();
        var life = new AgentLife(time);
        for (var minute = 0; minute < 60; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            life.Tick(TimeSpan.FromMinutes(1), minute < 42 ? ["north"] : []);
        }

        Assert.Equal((7, 0), (life.CoverageOf("north"), life.CoverageOf("south")));
        life.Reported(0);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, life.CoverageOf("north"));
    }
}
