using System.Text.RegularExpressions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

public sealed partial class AsyncApiTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(TestPaths.Root, "contract", "asyncapi.yaml"));

    [Fact]
    public void Every_topic_is_described_with_its_direction_quality_and_retention()
    {
        var addresses = Channel().Matches(Document).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["address"].Value);
        var operations = Operation().Matches(Document)
            .Select(match => $"{match.Groups["action"]} {addresses[match.Groups["channel"].Value]} {match.Groups["qos"]} {match.Groups["retain"]}");

        Assert.Equal(
            [
                $"send {Topics.Events("{device}")} 1 false",
                $"send {Topics.Health("{device}")} 1 true",
                $"send {Topics.State("{device}")} 1 true",
                $"send {Topics.Manifest("{device}")} 1 true",
                $"receive {Topics.Received("{device}")} 1 true",
                "receive sce/v1/{device}/cmd 1 false",
                "send sce/v1/{device}/ack 1 false",
                $"receive {Topics.ActivePolicy} 1 true",
                $"receive {Topics.PublicScore("{zone}")} 1 true",
            ],
            operations);
        Assert.Equal(9, addresses.Count);
    }

    [Fact]
    public void Records_are_described_by_the_published_schema_and_their_attributes()
    {
        Assert.Contains("$ref: event-record.schema.json", Document, StringComparison.Ordinal);
        Assert.Contains(Topics.AllEventsShared, Document, StringComparison.Ordinal);
        string[] names = [.. CloudEventAttributes.Of(Records.Example, "edge-1").Select(attribute => attribute.Key), Dsse.SignatureProperty, Dsse.KeyIdProperty];
        Assert.Contains($"required: [{string.Join(", ", names)}]", Document, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reference_inside_of_the_document_leads_somewhere()
    {
        foreach (var target in Reference().Matches(Document).Select(match => match.Groups["target"].Value))
            Assert.Matches($@"(?m)^\s+{Regex.Escape(target)}:$", Document);
    }

    [GeneratedRegex(@"(?m)^  (?<name>\w+):\n    address: (?<address>.+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Channel();

    [GeneratedRegex(@"action: (?<action>send|receive)\n    channel:\n      \$ref: '#/channels/(?<channel>\w+)'(\n    summary: .*)?\n    bindings:\n      mqtt:\n        qos: (?<qos>\d)\n        retain: (?<retain>true|false)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Operation();

    [GeneratedRegex(@"\$ref: '#/(\w+/)*(?<target>\w+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
