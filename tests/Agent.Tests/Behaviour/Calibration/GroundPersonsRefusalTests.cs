using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;

/// <summary>Persons who leave it open how the camera stands: what is said, and what to do.</summary>
public sealed class GroundPersonsRefusalTests
{
    private static readonly StandingCamera Camera = new(5, 22, 0, 60, 16 / 9.0);

    [Fact]
    public void Five_persons_are_too_few() =>
        Assert.Matches(
            "^Only 5 persons at [0-9]+ places were seen whole and upright; 6 at 60 are needed. Take a longer clip with people walking all over the picture.$",
            Fault(Walkers.Walk(Camera, 5, seed: 1)));

    [Fact]
    public void A_person_who_stands_still_is_one_place()
    {
        var rows = Enumerable.Range(1, 600).Select(frame => new MotRow(frame, frame % 6, Upright(0.1f + (0.15f * (frame % 6)), 0.8f, 0.2f), 1));

        Assert.StartsWith("Only 6 persons at 6 places were seen", Fault(rows), StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_that_are_cut_off_lying_down_or_covered_are_no_whole_persons()
    {
        var rows = new List<MotRow>();
        for (var frame = 1; frame <= 100; frame++)
        {
            var x = 0.2f + (0.005f * frame);
            rows.Add(new MotRow(frame, 1, Upright(x, 0.995f, 0.2f), 1));
            rows.Add(new MotRow(frame, 2, Upright(x, 0.205f, 0.2f), 1));
            rows.Add(new MotRow(frame, 3, new Box(x, 0.5f, x + 0.2f, 0.6f), 1));
            rows.Add(new MotRow(frame, 4, Upright(x, 0.75f, 0.1f), 1));
            rows.Add(new MotRow(frame, 5, Upright(x + 0.01f, 0.75f, 0.1f), 1));
        }

        Assert.StartsWith("Only 0 persons at 0 places were seen", Fault(rows), StringComparison.Ordinal);
    }

    [Fact]
    public void Persons_at_one_distance_leave_the_tilt_open()
    {
        var fault = Fault(Across(id => (0.6f + (0.01f * (id % 3)), 0.2f)));

        Assert.StartsWith("Persons were seen at one distance only: they are 20 % to 20 % of the picture high.", fault, StringComparison.Ordinal);
        Assert.EndsWith("Take a clip where people walk near and far, or measure points.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Persons_who_do_not_walk_on_leave_the_field_of_view_open()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(1, 100).Select(id =>
        {
            var place = Camera.Place(random).Metres;
            var (foot, head) = (Camera.Project(place.X, place.Y)!.Value, Camera.Project(place.X, place.Y, 1.7)!.Value);
            return new MotRow(id, id, Upright(foot.X, foot.Y, foot.Y - head.Y), 1);
        }).ToList();

        Assert.StartsWith("Too few persons walked on for two seconds to estimate the field of view. Give it with --field-of-view", Fault(rows), StringComparison.Ordinal);
        Assert.Null(Fault(rows, fieldOfView: 60));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60.0)]
    public void Boxes_of_any_height_anywhere_are_no_persons_on_a_ground(double? fieldOfView)
    {
        var random = new Random(1);
        var rows = Across(_ => (0.3f + (0.6f * random.NextSingle()), 0.05f + (0.2f * random.NextSingle())));

        Assert.EndsWith("easure points.", Fault(rows, fieldOfView), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60.0)]
    public void Persons_who_grow_as_they_go_away_are_refused(double? fieldOfView) =>
        Assert.NotNull(Fault(Across(id => (0.4f + (0.02f * (id % 24)), 0.3f - (0.01f * (id % 24)))), fieldOfView));

    [Fact]
    public void Seen_from_straight_above_a_box_does_not_tell_a_height()
    {
        var above = new StandingCamera(8, 75, 0, 60, 16 / 9.0);

        Assert.NotNull(Fault(Walkers.Walk(above, 60, seed: 1), fieldOfView: 60));
    }

    /// <summary>Thirty persons who walk to the right, each on its own line.</summary>
    /// <param name="foot">Of a person: where in the picture its feet are, and its height.</param>
    private static List<MotRow> Across(Func<int, (float Y, float Height)> foot)
    {
        var rows = new List<MotRow>();
        for (var id = 1; id <= 30; id++)
        {
            var (y, height) = foot(id);
            for (var step = 0; step < 30; step++)
                rows.Add(new MotRow((30 * id) + step, id, Upright(0.2f + (0.016f * step), y, height), 1));
        }

        return rows;
    }

    private static Box Upright(float x, float bottom, float height) =>
        new(x - (0.1f * height), bottom - height, x + (0.1f * height), bottom);

    private static string? Fault(IEnumerable<MotRow> rows, double? fieldOfView = null)
    {
        var fit = WalkerFit.Make(Walkers.Watch(rows, Camera.Aspect), Walkers.MeanHeightMetres, fieldOfView, out var fault);
        Assert.Equal(fit is null, fault is not null);
        return fault;
    }
}
