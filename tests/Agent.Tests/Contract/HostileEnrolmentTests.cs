using System.Text;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>Answers of something that is no sink of ours.</summary>
public sealed class HostileEnrolmentTests
{
    [Theory]
    [InlineData("""{"status":"waiting"}""", true)]
    [InlineData("""{"status":"approved","zones":["crossing-north"],"brokerHost":"broker.example","brokerPort":8883}""", true)]
    [InlineData("""{"status":"approved","zones":[null]}""", false)]
    [InlineData("""{"status":"approved","zones":["../../etc"]}""", false)]
    [InlineData("""{"status":"approved","brokerHost":"a b"}""", false)]
    [InlineData("""{"status":"approved","brokerPort":65536}""", false)]
    [InlineData("""{"status":"approved","brokerPort":0}""", false)]
    [InlineData("""{"status":"refused","reason":"\u001b[2J\u001b]0;owned\u0007"}""", false)]
    [InlineData("""{"status":"refused","reason":"no\nforged line"}""", false)]
    [InlineData("""{"status":0}""", false)]
    [InlineData("""{"status":"approved","status":"refused"}""", false)]
    public void An_answer_is_whole_or_nothing(string json, bool isRead) =>
        Assert.Equal(isRead, EnrolmentAnswer.TryDecode(Encoding.UTF8.GetBytes(json)) is not null);
}
