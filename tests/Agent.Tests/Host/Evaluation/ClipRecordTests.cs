using SocialCredit.Edge.Behaviour;
using SocialCredit.Edge.Behaviour.Rules;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Evaluation.Events;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

/// <summary>What the rules see of a clip's ground truth, at the times of the frames that the agent saw.</summary>
public sealed class ClipRecordTests
{
    private static readonly Box Seen = new(0, 0, 500, 500);

    /// <summary>A picture of 1000 by 1000 that shows 10 m by 10 m from above.</summary>
    private static readonly GroundSection Ground = new()
    {
        Points =
        [
            new GroundPointSection { Image = new Point(0.1f, 0.1f), Metres = new Point(1, 1) },
            new GroundPointSection { Image = new Point(0.9f, 0.1f), Metres = new Point(9, 1) },
            new GroundPointSection { Image = new Point(0.9f, 0.9f), Metres = new Point(9, 9) },
            new GroundPointSection { Image = new Point(0.1f, 0.9f), Metres = new Point(1, 9) },
        ],
    };

    [Fact]
    public void The_truth_is_seen_by_the_same_rules_in_pixels_of_the_clip()
    {
        var record = Record(new Dictionary<string, RuleOptions> { ["passage"] = new PassageRule.Options() }, ground: null);

        var truth = record.Truth(0, Walk(fromX: 900, toX: 100));

        var passage = Assert.Single(truth);
        Assert.Equal("passage", passage.Behaviour);
        Assert.Equal(0.5, passage.Seconds, 3);
    }

    [Fact]
    public void The_truth_is_measured_in_metres_where_the_camera_is_calibrated()
    {
        var rules = new Dictionary<string, RuleOptions>
        {
            ["wrong_way"] = new WrongWayRule.Options { Area = "lane", Classes = [ObjectClass.Person], DistanceMetresMin = 6, DistanceShareMin = 0.1f },
        };

        // 4 m in 5 s: too short in metres, far enough in the picture.
        Assert.Empty(Record(rules, Ground).Truth(0, Walk(fromX: 700, toX: 300)));
        Assert.Single(Record(rules, ground: null).Truth(0, Walk(fromX: 700, toX: 300)));
        Assert.Single(Record(rules, Ground).Truth(0, Walk(fromX: 900, toX: 100)));
    }

    [Fact]
    public void Who_is_marked_as_to_be_ignored_is_none_of_the_truth()
    {
        var record = Record(new Dictionary<string, RuleOptions> { ["passage"] = new PassageRule.Options() }, ground: null);

        Assert.Empty(record.Truth(0, [.. Walk(fromX: 900, toX: 100).Select(r => r with { Confidence = 0 })]));
    }

    private static ClipRecord Record(Dictionary<string, RuleOptions> behaviours, GroundSection? ground)
    {
        var section = new CameraSection
        {
            Name = "camera",
            Source = "clip.mp4",
            Aspect = new Aspect(1),
            Ground = ground,
            Zones =
            [
                new ZoneSection
                {
                    Name = "zone",
                    Polygon = [new Point(0, 0), new Point(1, 0), new Point(1, 1), new Point(0, 1)],
                    Areas = new Dictionary<string, AreaSection>
                    {
                        ["lane"] = new() { Polygon = [new Point(0.02f, 0.02f), new Point(0.98f, 0.02f), new Point(0.98f, 0.98f), new Point(0.02f, 0.98f)], Direction = new Point(1, 0) },
                    },
                    Behaviours = behaviours,
                },
            ],
        };
        var record = new ClipRecord(section, new Dictionary<string, SensorKind>());
        for (var i = 0; i < 51; i++)
        {
            var scene = new Scene { CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(i / 10.0), Aspect = 1 };
            scene.Tracks.Add(new SceneTrack(1, ObjectClass.Person, new Box(0, 0, 0.5f, 0.5f), IsSeen: true));
            record.Measure(i, [], [new Track(1, ObjectClass.Person, Seen, 1, IsSeen: true)]);
            record.Observe(new SeenFrame(i, scene, [[]], IsWatching: true));
        }

        return record;
    }

    /// <summary>51 frames of somebody of 100 by 200 pixels whose foot point is halfway down.</summary>
    private static List<MotRow> Walk(float fromX, float toX) =>
    [
        .. from frame in Enumerable.Range(1, 51)
           let x = fromX + (toX - fromX) * (frame - 1) / 50
           select new MotRow(frame, 1, new Box(x - 50, 300, x + 50, 500), 1),
    ];
}
