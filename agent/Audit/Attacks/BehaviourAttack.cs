using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>Did this one do it? The bar is what epsilon 0.6 permits, 0.646, and 0.01 for chance.</summary>
internal sealed class BehaviourAttack : IAttack
{
    private const int Others = 100, OnRed = 5;

    public string Name => "behaviour";

    public string Knows => "Knows everyone else exactly, and that the attacked one passed: did that one cross on red?";

    public Outcome Run(Device device, IRandomSource coins, Effort effort)
    {
        var crowd = Happenings.Crowd(Others, OnRed);
        var (without, with) = Worlds.Score(
            device, (crowd.And(new Group(1, Deeds.Passing)), crowd.And(new Group(1, Deeds.Everything))), effort.Of(2_000, 20_000, 200_000),
            records => Evidence.OfDeed(records, OnRed));
        return Worlds.Told("Did this one cross on red?", (without, with), Evidence.EpsilonCounts);
    }
}
