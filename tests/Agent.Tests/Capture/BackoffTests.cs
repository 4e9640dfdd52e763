using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Tests.Capture;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_double_up_to_a_minute_and_never_stop()
    {
        var backoff = new Backoff(() => 1);

        var waits = Enumerable.Range(0, 1000).Select(_ => backoff.Next().TotalSeconds).ToArray();

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], waits[..8]);
        Assert.All(waits[6..], wait => Assert.Equal(60, wait));
    }

    [Fact]
    public void Jitter_spreads_a_wait_over_its_lower_half()
    {
        var random = new Random(7);
        var waits = Enumerable.Range(0, 200).Select(_ => Sixth(new Backoff(random.NextDouble))).ToArray();

        Assert.All(waits, wait => Assert.InRange(wait, 16, 32));
        Assert.True(waits.Max() - waits.Min() > 12);

        static double Sixth(Backoff backoff)
        {
            for (var i = 0; i < 5; i++)
                backoff.Next();
            return backoff.Next().TotalSeconds;
        }
    }
}
