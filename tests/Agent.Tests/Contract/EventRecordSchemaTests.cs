using System.Text;
using System.Text.Json;
using CsCheck;
using NJsonSchema;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

public sealed class EventRecordSchemaTests
{
    private static readonly JsonElement Published = JsonDocument.Parse(EventRecordSchema.Text).RootElement;

    [Fact]
    public void The_schema_in_the_assembly_is_the_published_file() =>
        Assert.Equal(File.ReadAllText(Path.Combine(TestPaths.Root, "contract", "event-record.schema.json")), EventRecordSchema.Text);

    [Fact]
    public async Task Every_record_that_is_written_keeps_the_schema()
    {
        var schema = await JsonSchema.FromJsonAsync(EventRecordSchema.Text);

        Records.Any.Sample(
            record => Assert.Empty(schema.Validate(Encoding.UTF8.GetString(EventRecordJson.Encode(record, 1536)))), iter: 300);
    }

    [Theory]
    [InlineData("\"v\":1", "\"v\":1,\"track\":7")]
    [InlineData("plaza-7", "Plaza 7")]
    [InlineData("\"wrong_way\":-1", "\"sleeping\":-1")]
    [InlineData("\"coverage\":9", "\"coverage\":11")]
    [InlineData(":214", ":2.5")]
    [InlineData("00000", "00001")]
    [InlineData(",\"pad\":\"00000\"", "")]
    [InlineData("\"ok\"", "\"fine\"")]
    public async Task The_schema_refuses_what_the_reader_refuses(string part, string instead)
    {
        var schema = await JsonSchema.FromJsonAsync(EventRecordSchema.Text);
        var broken = Records.ExampleJson.Replace(part, instead, StringComparison.Ordinal);

        Assert.Empty(schema.Validate(Records.ExampleJson));
        Assert.NotEmpty(schema.Validate(broken));
        Assert.False(EventRecordJson.TryDecode(Encoding.UTF8.GetBytes(broken), out _, out _));
    }

    [Fact]
    public void The_schemas_properties_are_exactly_those_that_are_written_and_all_are_required()
    {
        var written = JsonDocument.Parse(Records.ExampleJson).RootElement.EnumerateObject().Select(property => property.Name).ToArray();

        Assert.Equal(written, Published.GetProperty("properties").EnumerateObject().Select(property => property.Name));
        Assert.Equal(written, Published.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void Every_object_of_the_schema_is_closed()
    {
        Assert.False(Published.GetProperty("additionalProperties").GetBoolean());
        Assert.False(Published.GetProperty("properties").GetProperty("counts").GetProperty("additionalProperties").GetBoolean());
    }

    [Fact]
    public void The_schema_knows_exactly_the_scored_behaviours_of_the_catalogue() =>
        Assert.Equal(
            Behaviours.All.Where(b => b.Sign is BehaviourSign.Good or BehaviourSign.Bad).Select(b => b.Name),
            Published.GetProperty("properties").GetProperty("counts").GetProperty("properties").EnumerateObject().Select(property => property.Name));

    [Fact]
    public void The_bounds_of_the_schema_are_those_of_the_code()
    {
        var properties = Published.GetProperty("properties");

        Assert.Equal(EventRecord.Version, properties.GetProperty("v").GetProperty("const").GetInt32());
        Assert.Equal(EventRecord.SecondsMax, properties.GetProperty("seconds").GetProperty("maximum").GetInt32());
        Assert.Equal(EventRecord.CountMax, properties.GetProperty("passages").GetProperty("maximum").GetInt64());
        Assert.Equal(-EventRecord.CountMax, Published.GetProperty("$defs").GetProperty("noisedCount").GetProperty("minimum").GetInt64());
        Assert.Equal(EventRecordJson.BytesMax, properties.GetProperty("pad").GetProperty("maxLength").GetInt32());
    }
}
