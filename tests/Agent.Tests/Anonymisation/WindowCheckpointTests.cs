using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Anonymisation;

public sealed class WindowCheckpointTests
{
    private const string Boot = "3f1c";

    private static readonly DateTimeOffset Nine = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_window_goes_on_where_its_checkpoint_stopped()
    {
        var saved = WindowCheckpoint.Write([Busy("north"), Busy("south")], Boot);
        var (north, south) = (Open("north", Nine.AddMinutes(30)), Open("south", Nine.AddMinutes(30)));

        Assert.Empty(WindowCheckpoint.Restore(saved, Boot, [north, south]));

        Assert.Equal((2, 1, false), (north.Totals().Passages, north.Totals().Counts[0], north.Totals().IsLost));
        Assert.Equal(TimeSpan.FromMinutes(20), south.Totals().Watched);
    }

    [Fact]
    public void A_window_that_ended_while_the_agent_was_down_still_has_its_record()
    {
        var saved = WindowCheckpoint.Write([Busy("north")], Boot);
        var window = Open("north", Nine.AddHours(2));

        Assert.Empty(WindowCheckpoint.Restore(saved, Boot, [window]));

        Assert.True(window.TryClose(Nine.AddHours(2), out var first));
        Assert.Equal((Nine, 2), (first.Start, first.Take().Passages));
        Assert.True(window.TryClose(Nine.AddHours(2), out var second));
        Assert.Equal((Nine.AddHours(1), 0), (second.Start, second.Take().Passages));
    }

    [Fact]
    public void A_checkpoint_holds_no_track()
    {
        var window = Open("north", Nine);
        var before = WindowCheckpoint.Write([window], Boot);
        window.Observe(123456, "passage");

        Assert.Equal(before, WindowCheckpoint.Write([window], Boot));
    }

    [Fact]
    public void Without_a_checkpoint_the_open_window_is_lost_and_the_next_is_not()
    {
        var window = Open("north", Nine);

        Assert.Equal(["The open window of north is lost: there is no checkpoint."], WindowCheckpoint.Restore([], Boot, [window]));

        Assert.True(window.TryClose(Nine.AddHours(1), out var closed));
        Assert.Equal(RecordStatus.Lost, Release(closed).Status);
        Assert.False(window.Totals().IsLost);
    }

    [Fact]
    public void A_checkpoint_of_another_boot_is_not_believed()
    {
        var window = Open("north", Nine);

        var faults = WindowCheckpoint.Restore(WindowCheckpoint.Write([Busy("north")], "other"), Boot, [window]);

        Assert.Equal(["The open window of north is lost: the machine was started again since the checkpoint."], faults);
        Assert.Equal((0, true), (window.Totals().Passages, window.Totals().IsLost));
    }

    [Fact]
    public void A_damaged_checkpoint_loses_the_window_and_never_throws()
    {
        var saved = WindowCheckpoint.Write([Busy("north")], Boot);
        for (var length = 1; length < saved.Length; length++)
        {
            var window = Open("north", Nine);

            Assert.Equal(["The open window of north is lost: the checkpoint is damaged."], WindowCheckpoint.Restore(saved.AsSpan(0, length), Boot, [window]));
            Assert.True(window.Totals().IsLost);
        }
    }

    [Theory]
    [InlineData("\"Passages\":2", "\"Passages\":-2")]
    [InlineData("\"Counts\":[1,0]", "\"Counts\":[1]")]
    [InlineData("\"Counts\":[1,0]", "\"Counts\":[-1,0]")]
    [InlineData("\"Seconds\":3600", "\"Seconds\":900")]
    [InlineData("09:00:00", "09:00:01")]
    [InlineData("2026-11-22", "2026-11-23")]
    [InlineData("2026-11-22", "2026-11-02")]
    [InlineData("wrong_way", "littering")]
    [InlineData("00:20:00", "-00:20:00")]
    public void Totals_that_cannot_be_those_of_the_window_are_not_believed(string written, string instead)
    {
        var text = System.Text.Encoding.UTF8.GetString(WindowCheckpoint.Write([Busy("north")], Boot));
        Assert.Contains(written, text, StringComparison.Ordinal);
        var window = Open("north", Nine);

        var faults = WindowCheckpoint.Restore(System.Text.Encoding.UTF8.GetBytes(text.Replace(written, instead, StringComparison.Ordinal)), Boot, [window]);

        Assert.Equal(["The open window of north is lost: the checkpoint is of another zone, policy or time."], faults);
        Assert.Equal((0, true), (window.Totals().Passages, window.Totals().IsLost));
    }

    private static WindowCounts Busy(string zone)
    {
        var window = Open(zone, Nine);
        window.Observe(1, "passage");
        window.Observe(2, "passage");
        window.Observe(2, "red_crossing");
        window.Observe(3, "passage");
        window.End(1, Nine);
        window.End(2, Nine);
        window.Watched(TimeSpan.FromMinutes(20));
        return window;
    }

    private static WindowCounts Open(string zone, DateTimeOffset now) => new(zone, 3600, ["red_crossing", "wrong_way"], now);

    private static EventRecord Release(ClosedWindow closed) =>
        new Anonymiser(new AnonymiserOptions("plaza-7", PrivacyProfile.Standard, "p-2026.3", "c-17"), new OsRandom()).Release(closed);
}
