using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Plots;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>
/// Reconstruction of a zone where nobody comes but fifty known persons. A day and a month must leave their secrets as good as
/// guessed: the release rule has to keep such a zone silent, because no noise of this size could.
/// </summary>
internal sealed class SmallZoneAttack : IAttack
{
    private const int Hours = 24, Days = 30;

    /// <summary>Guessing is 0.5; over the towns of an audit its standard deviation is 0.011 or less.</summary>
    private const double RightMax = 0.60;

    public string Name => "reconstruction, 50 persons";

    public string Knows => "Knows which half of a zone's 50 persons is there in each hour, and solves for who of them crosses on red.";

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var towns = effort.Of(10, 40, 200);
        var (right, released) = (new double[Days], 0);
        for (var town = 0; town < towns; town++)
        {
            var people = new Town(coins);
            for (var day = 0; day < Days; day++)
            {
                for (var hour = 0; hour < Hours; hour++)
                {
                    int[] present = [.. Enumerable.Range(0, Town.Persons).Where(_ => coins.Below(2) == 1)];

                    // A tracker that loses people makes 1.5 tracks of each: the zone looks larger than it is.
                    people.Hour(device, present, others: present.Length / 2);
                }

                right[day] += people.SecretsRight() / towns;
            }

            released += people.Released;
        }

        return new Outcome(
            [
                Figure.AtMost("secrets right, a day", right[0], RightMax, format: "0.00"),
                Figure.AtMost("secrets right, 30 days", right[^1], RightMax, format: "0.00"),
            ],
            new Plot(
                "Reconstruction of a zone of 50 persons", "days", "share of the secrets right",
                [new Curve("the device", [.. right.Select((share, day) => (day + 1.0, share))])],
                [Curve.Level("bar", RightMax, 1, Days), Curve.Level("guessing", 0.5, 1, Days)]),
            $"{towns} towns; {released:N0} of their {towns * Days * Hours:N0} hours were released.");
    }
}
