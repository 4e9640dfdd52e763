using CsCheck;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Anonymisation;

public sealed class FootfallRulesTests
{
    [Theory]
    [InlineData(1.5, 192)]
    [InlineData(2.5, 252)]
    public void A_window_needs_three_times_the_threshold(double tracksPerPerson, long passages) =>
        Assert.Equal(passages, FootfallRules.PassagesNeeded((decimal)tracksPerPerson));

    [Theory]
    [InlineData(192, PrivacyProfile.Standard, 3600)]
    [InlineData(191.9, PrivacyProfile.Standard, 21600)]
    [InlineData(32, PrivacyProfile.Standard, 21600)]
    [InlineData(31.9, PrivacyProfile.Strict, 86400)]
    [InlineData(8, PrivacyProfile.Strict, 86400)]
    public void The_shortest_window_that_is_busy_enough_is_named(double passagesPerHour, PrivacyProfile profile, int seconds) =>
        Assert.Equal((profile, seconds), FootfallRules.ShortestWindow(passagesPerHour, 1.5m));

    [Fact]
    public void A_place_that_is_too_quiet_for_a_day_has_no_window() => Assert.Null(FootfallRules.ShortestWindow(7.9, 1.5m));

    [Fact]
    public void What_is_named_is_enough_and_permitted() =>
        Gen.Double[0.1, 5000].Select(Gen.Double[1.5, 20]).Sample((perHour, tracks) =>
        {
            if (FootfallRules.ShortestWindow(perHour, (decimal)tracks) is not { } window)
                return !FootfallRules.IsEnough(perHour, 86400, (decimal)tracks);
            return WindowLengths.IsPermitted(window.Profile, window.Seconds) && FootfallRules.IsEnough(perHour, window.Seconds, (decimal)tracks);
        }, seed: "0000KOIPEjd5");

    [Theory]
    [InlineData(1.0, 0.731)]
    [InlineData(0.6, 0.646)]
    [InlineData(0.0, 0.5)]
    public void A_guess_is_right_no_more_often_than_epsilon_permits(double epsilon, double share) =>
        Assert.Equal(share, Guess.RightAtMost(epsilon), 0.001);

    [Theory]
    [InlineData(0.4, 5, 2)]
    [InlineData(0.6, 5, 3)]
    public void Nine_of_ten_draws_lie_within_what_is_said_and_no_narrower_span_holds_them(double epsilon, int numerator, int denominator)
    {
        var within = Guess.NineOfTenWithin(epsilon);
        var noise = new DiscreteLaplace(numerator, denominator, new SeededRandom(41));
        var draws = Enumerable.Range(0, 50_000).Select(_ => Math.Abs(noise.Draw())).ToArray();

        Assert.True(draws.Count(draw => draw <= within) >= 0.895 * draws.Length);
        Assert.True(draws.Count(draw => draw <= within - 1) <= 0.905 * draws.Length);
    }
}
