using CsCheck;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Agent.Tests.Inference;

public sealed class NonMaxSuppressionTests
{
    private const float OverlapMax = 0.5f;

    private static readonly Gen<Detection> Candidates =
        Gen.Select(Gen.Float[0, 100], Gen.Float[0, 100], Gen.Float[5, 60], Gen.Float[5, 60], Gen.Float[0.1f, 1]).Select((x, y, w, h, confidence) =>
            new Detection(new Box(x, y, x + w, y + h), confidence > 0.5f == x > 50 ? ObjectClass.Person : ObjectClass.Vehicle, confidence));

    [Fact]
    public void What_is_kept_overlaps_nothing_surer_and_what_is_dropped_does() =>
        Candidates.Array[0, 60].Sample(candidates =>
        {
            var kept = Suppress(candidates);

            Assert.Equal(kept.OrderByDescending(detection => detection.Confidence), kept);
            foreach (var candidate in candidates)
            {
                var covered = kept.Any(surer => surer != candidate && surer.Class == candidate.Class
                    && surer.Confidence >= candidate.Confidence && surer.Box.Overlap(candidate.Box) > OverlapMax);
                Assert.Equal(!covered, kept.Contains(candidate));
            }
        });

    [Fact]
    public void The_order_of_the_candidates_does_not_matter() =>
        Candidates.Array[0, 60].Where(c => c.DistinctBy(d => d.Confidence).Count() == c.Length).Sample(candidates =>
            Assert.Equal(Suppress(candidates), Suppress([.. candidates.Reverse()])));

    [Fact]
    public void Different_classes_do_not_hide_each_other()
    {
        var box = new Box(0, 0, 10, 10);

        var kept = Suppress([new Detection(box, ObjectClass.Person, 0.9f), new Detection(box, ObjectClass.Bicycle, 0.8f)]);

        Assert.Equal(2, kept.Count);
    }

    private static List<Detection> Suppress(Detection[] candidates)
    {
        var suppression = new NonMaxSuppression(100, OverlapMax);
        var kept = new List<Detection>();
        // Candidates of an earlier frame must not come back.
        suppression.Add(new Detection(new Box(0, 0, 1000, 1000), ObjectClass.Person, 1));
        suppression.MoveTo(kept);
        kept.Clear();
        foreach (var candidate in candidates)
            suppression.Add(candidate);
        suppression.MoveTo(kept);
        return kept;
    }
}
