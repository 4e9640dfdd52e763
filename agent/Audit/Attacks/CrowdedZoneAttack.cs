using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Audit.Plots;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>
/// The same fifty in a zone where enough others pass, so that every hour is released; each of them comes once a day. One visit must
/// not give more than epsilon 0.6 permits; a month of visits is a habit, and the contract says that it can be detected.
/// </summary>
internal sealed class CrowdedZoneAttack : IAttack
{
    private const int Hours = 24, Days = 30, Others = 100;

    /// <summary>For chance; and so far above that a mutant is broken and not lucky.</summary>
    private const double Slack = 0.01, CaughtFrom = 0.06;

    public string Name => "reconstruction in a crowd";

    public string Knows => "Knows the hour at which each of 50 comes, once a day, and 100 others an hour exactly; solves for who crosses on red.";

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var towns = effort.Of(10, 40, 200);
        var right = new double[Days];
        for (var town = 0; town < towns; town++)
        {
            var people = new Town(coins);
            for (var day = 0; day < Days; day++)
            {
                var hours = Enumerable.Range(0, Town.Persons).ToLookup(_ => coins.Below(Hours));
                for (var hour = 0; hour < Hours; hour++)
                    people.Hour(device, [.. hours[hour]], Others);
                right[day] += people.SecretsRight() / towns;
            }
        }

        var permitted = Roc.AreaMax(Evidence.EpsilonCounts);
        return new Outcome(
            [
                Figure.AtMost("secrets right, 1 visit", right[0], permitted + Slack, permitted + CaughtFrom),
                Figure.Only("secrets right, 30 visits", right[^1]),
            ],
            new Plot(
                "Reconstruction of 50 persons in a crowd", "days, one visit a day", "share of the secrets right",
                [new Curve("the device", [.. right.Select((share, day) => (day + 1.0, share))])],
                [new Curve("what v times epsilon 0.6 permits", [.. Enumerable.Range(1, Days).Select(v => ((double)v, Roc.AreaMax(Evidence.EpsilonCounts * v)))])]),
            $"{towns} towns. Epsilon 0.6 permits {permitted:0.000} for one visit, 0.01 are for chance. 30 visits are a habit: where a zone is "
                + "released and everything else is known exactly, the noise does not hide it.");
    }
}
