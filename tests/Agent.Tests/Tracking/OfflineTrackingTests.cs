using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Tests.Tracking;

public sealed class OfflineTrackingTests
{
    [Theory]
    [InlineData(new float[] { 0.5f, 0.75f, 1 }, new float[] { 0.1f, 0.55f, 1 })]
    [InlineData(new float[] { -20, 0, 20 }, new float[] { 0.1f, 0.55f, 1 })]
    [InlineData(new float[] { 10, 110, 210 }, new float[] { 0.1f, 0.55f, 1 })]
    [InlineData(new float[] { -1, -1 }, new float[] { 1, 1 })]
    [InlineData(new float[] { 0.12f, 0.4f, 0.93f }, new float[] { 0.12f, 0.4f, 0.93f })]
    public void Confidences_of_any_range_come_to_one_scale(float[] given, float[] expected)
    {
        var rows = given.Select(c => new MotRow(1, -1, new Box(0, 0, 10, 20), c)).ToList();

        Assert.Equal(expected, OfflineTracking.Rescaled(rows).Select(r => MathF.Round(r.Confidence, 4)));
    }

    [Fact]
    public void One_stray_score_does_not_squeeze_the_others()
    {
        var rows = Enumerable.Range(0, 300).Select(i => new MotRow(1, -1, new Box(0, 0, 10, 20), i)).ToList();
        rows.Add(rows[0] with { Confidence = 1e6f });

        Assert.Equal(0.55f, OfflineTracking.Rescaled(rows)[150].Confidence, 0.02f);
    }

    [Fact]
    public void Scale_of_scores_does_not_change_the_tracks()
    {
        var rows = Enumerable.Range(1, 40)
            .Select(f => new MotRow(f, -1, new Box(10 * f, 100, (10 * f) + 40, 200), f % 3 == 0 ? 0.5f : 1))
            .ToList();
        var votes = rows.Select(r => r with { Confidence = (200 * r.Confidence) - 300 }).ToList();

        var tracks = OfflineTracking.Run(rows, 10, new ByteTrackerOptions());

        Assert.NotEmpty(tracks);
        var same = OfflineTracking.Run(votes, 10, new ByteTrackerOptions());
        Assert.Equal(tracks.Select(t => (t.Frame, t.Id)), same.Select(t => (t.Frame, t.Id)));
    }

    [Fact]
    public void No_detections_give_no_tracks() => Assert.Empty(OfflineTracking.Run([], 10, new ByteTrackerOptions()));
}
