using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>Was this one there? The bar is what epsilon 1.0 permits, 0.731, and 0.01 for chance.</summary>
internal sealed class MembershipAttack : IAttack
{
    private const int Others = 100, OnRed = 5;
    private const double Epsilon = Evidence.EpsilonPassages + Evidence.EpsilonCounts;

    public string Name => "membership";

    public string Knows => "Knows everyone else exactly, and what the attacked one does when there: was that one there?";

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var crowd = Happenings.Crowd(Others, OnRed);
        var (without, with) = Worlds.Score(
            device, (crowd, crowd.And(new Group(1, Deeds.Everything))), effort.Of(2_000, 20_000, 200_000),
            records => Evidence.OfPassage(records, Others) + Evidence.OfDeed(records, OnRed));
        return Worlds.Told("Was this one there?", (without, with), Epsilon);
    }
}
