using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Agent.Tests.Sensing;

public sealed class BiasTestTests
{
    [Theory]
    [InlineData("follows", true)]
    [InlineData("high", false)]
    [InlineData("low", false)]
    public void A_line_that_follows_the_resistor_is_loose(string line, bool isLoose)
    {
        var test = new BiasTest();

        Run(test, Sensed.At(0), step => line switch { "follows" => step == BiasStep.PullUp, var level => level == "high" });

        Assert.Equal(isLoose, test.IsLoose);
    }

    [Fact]
    public void A_driven_line_that_changes_in_the_middle_of_the_test_is_not_loose()
    {
        var test = new BiasTest();
        var reads = 0;

        Run(test, Sensed.At(0), _ => reads++ < 1);

        Assert.False(test.IsLoose);
    }

    [Fact]
    public void The_test_comes_each_second_and_lasts_some_milliseconds()
    {
        var test = new BiasTest();

        var end = Run(test, Sensed.At(0), _ => true);

        Assert.InRange(end - Sensed.At(0), TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
        Assert.Equal(end + BiasTest.Every, test.DueAt);
        Assert.False(test.IsRunning);
    }

    private static DateTimeOffset Run(BiasTest test, DateTimeOffset now, Func<BiasStep, bool> level)
    {
        var step = test.Next(false, now);
        while (step != BiasStep.Done)
        {
            Assert.True(test.IsRunning);
            now = test.DueAt;
            step = test.Next(level(step), now);
        }

        return now;
    }
}
