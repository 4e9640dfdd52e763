using System.Text;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>A record that this message covers is deleted: what is not exactly right is nothing.</summary>
public sealed class ReceivedTests
{
    [Theory]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[[5,6],[8,8]]}""")]
    [InlineData("""{"upTo":0,"highest":0,"gaps":[]}""")]
    [InlineData("""{"gaps":[[1,4294967294]],"highest":4294967295,"upTo":0}""")]
    public void A_message_with_its_gaps_in_order_is_read(string json) => Assert.NotNull(Received.TryDecode(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"upTo":9,"highest":4,"gaps":[]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[[8,8],[5,6]]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[[5,7],[6,8]]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[[3,5]]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[[6,5]]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[[8,9]]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[[8,12]]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[[5]]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[null]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":null}""")]
    [InlineData("""{"upTo":4,"highest":9}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[],"highest":99}""")]
    [InlineData("""{"upTo":-1,"highest":9,"gaps":[]}""")]
    [InlineData("""{"upTo":4,"highest":4294967296,"gaps":[]}""")]
    [InlineData("""{"upTo":4,"highest":9,"gaps":[]}{}""")]
    [InlineData("null")]
    public void Any_other_is_not(string json) => Assert.Null(Received.TryDecode(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_message_longer_than_the_manifest_announces_is_not_read()
    {
        var json = """{"upTo":4,"highest":9,"gaps":[]}""";

        Assert.NotNull(Received.TryDecode(Encoding.UTF8.GetBytes(json.PadRight(EventRecordJson.BytesMax))));
        Assert.Null(Received.TryDecode(Encoding.UTF8.GetBytes(json.PadRight(EventRecordJson.BytesMax + 1))));
    }
}
