using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Governance;

/// <summary>What a contest does to the published score of a running sink, whichever process opens and decides it.</summary>
public sealed class ContestedScoreTests
{
    [Fact]
    public async Task A_published_score_is_P_from_the_opening_of_a_contest_to_its_decision_and_then_goes_by_it()
    {
        await using var sink = await RunningSink.StartAsync();
        await using var device = await sink.DeviceAsync();
        var topic = Topics.PublicScore("crossing-north");
        await device.SubscribeAsync(topic);
        await device.SendAsync(RecordFixtures.Record());
        await device.HearAsync(topic, score => Is(score, "U", ["red_crossing", "waited_on_red"]));
        using var elsewhere = new SqliteEventStore(Path.Combine(sink.Folder, "sink.db"));
        var desk = new ContestDesk(elsewhere.Database, new ShiftedTime(RecordFixtures.Noon.AddHours(30)));

        var number = desk.Open("crossing-north", "red_crossing", ContestReason.CameraWrong, null).Number;
        await device.HearAsync(topic, score => Is(score, "P", ["red_crossing", "waited_on_red"]));
        Assert.Null(desk.Acknowledge(number, "operator"));
        Assert.Null(desk.Decide(number, new ContestRuling(ContestOutcome.Disable, "red_crossing"), "operator"));

        await device.HearAsync(topic, score => Is(score, "U", ["waited_on_red"]));
    }

    private static bool Is(byte[] payload, string grade, string[] behaviours)
    {
        using var score = JsonDocument.Parse(payload);
        return score.RootElement.GetProperty("grade").GetString() == grade
            && score.RootElement.GetProperty("behaviours").EnumerateArray().Select(one => one.GetProperty("behaviour").GetString()).SequenceEqual(behaviours);
    }
}
