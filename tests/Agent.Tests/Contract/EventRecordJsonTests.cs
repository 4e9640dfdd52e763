using System.Text;
using CsCheck;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Contract;

public sealed class EventRecordJsonTests
{
    [Fact]
    public void A_record_is_written_with_its_keys_in_the_order_of_the_contract()
    {
        var bytes = EventRecordJson.Encode(Records.Example, Records.ExampleJson.Length);

        Assert.Equal(Records.ExampleJson, Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void What_was_written_is_read_as_the_same_record_and_written_again_as_the_same_bytes() =>
        Records.Any.Sample(record =>
        {
            var bytes = EventRecordJson.Encode(record, 1536);

            Assert.True(EventRecordJson.TryDecode(bytes, out var read, out var reason), reason);
            Assert.Equal(record, read);
            Assert.Equal(bytes, EventRecordJson.Encode(read!, 1536));
            Assert.Equal(1536, bytes.Length);
        });

    [Fact]
    public void Any_record_of_a_devices_zones_fits_the_devices_length() =>
        Records.Any.Sample(record =>
        {
            var lengthBytes = RecordLength.For(record.Site, [(record.Zone, [.. record.Counts.Select(c => c.Behaviour)])]);

            Assert.Equal(0, lengthBytes % RecordLength.StepBytes);
            Assert.Equal(lengthBytes, EventRecordJson.Encode(record, lengthBytes).Length);
        });

    [Fact]
    public void The_longest_record_of_all_fits_the_largest_payload()
    {
        string[] scored = [.. Behaviours.All.Where(b => b.Sign is BehaviourSign.Good or BehaviourSign.Bad).Select(b => b.Name)];

        var lengthBytes = RecordLength.For(new string('s', 32), [(new string('z', 32), scored)]);

        Assert.InRange(lengthBytes, 1, EventRecordJson.BytesMax);
    }

    [Fact]
    public void A_record_that_does_not_fit_is_an_error_that_says_how_long_it_is()
    {
        var error = Assert.Throws<ArgumentException>(() => EventRecordJson.Encode(Records.Example, 64));

        Assert.Contains($"A record of {Records.ExampleJson.Length - 5} bytes cannot be written as 64 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_breaks_a_rule_is_not_written()
    {
        var error = Assert.Throws<ArgumentException>(() => EventRecordJson.Encode(Records.Example with { Status = RecordStatus.Low }, 512));

        Assert.Contains("'passages' must be 0 unless 'status' is ok.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_that_differ_in_one_count_or_in_its_place_are_not_the_same()
    {
        var more = Records.Example with { Counts = [new("red_crossing", 4), new("waited_on_red", 41), new("wrong_way", -1)] };
        var moved = Records.Example with { Counts = [new("waited_on_red", 41), new("red_crossing", 3), new("wrong_way", -1)] };

        Assert.NotEqual(Records.Example, more);
        Assert.NotEqual(Records.Example, moved);
        Assert.Equal(Records.Example, Records.Example with { Counts = [.. Records.Example.Counts] });
    }

    [Fact]
    public void A_record_carries_the_attributes_of_a_cloud_event_and_no_time()
    {
        var attributes = CloudEventAttributes.Of(Records.Example, "edge-1");

        Assert.Equal(
            ["specversion=1.0", "type=org.socialcredit.edge.window.v1", "source=/site/plaza-7/device/edge-1", "id=crossing-north:498705", "sequence=0000004711"],
            attributes.Select(attribute => $"{attribute.Key}={attribute.Value}"));
    }
}
