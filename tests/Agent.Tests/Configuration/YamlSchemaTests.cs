using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Configuration;

/// <summary>What an editor is told about a file.</summary>
public sealed class YamlSchemaTests
{
    private static readonly JsonNode Sample = JsonNode.Parse(YamlSchema.For<SampleOptions>())!;

    private static readonly JsonSerializerOptions Relaxed = new(JsonSerializerOptions.Default)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void A_small_record_has_this_schema()
    {
        var expected = JsonNode.Parse("""
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "source": { "type": "string", "minLength": 1, "description": "A file or an address." },
                "mask": {
                  "type": "array",
                  "items": {
                    "anyOf": [
                      { "type": "array", "prefixItems": [{ "type": "number" }, { "type": "number" }], "items": false, "minItems": 2, "maxItems": 2 },
                      {
                        "type": "object",
                        "properties": { "x": { "type": "number" }, "y": { "type": "number" } },
                        "additionalProperties": false,
                        "required": ["x", "y"]
                      }
                    ]
                  },
                  "minItems": 3
                }
              },
              "additionalProperties": false,
              "required": ["source"],
              "description": "Where pictures come from."
            }
            """);

        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(YamlSchema.For<SampleCamera>())), YamlSchema.For<SampleCamera>());
    }

    [Theory]
    [InlineData("name", """{"type":"string","pattern":"^(?:[a-z0-9-]{3,32})$","description":"As in the public register."}""")]
    [InlineData("windowSeconds", """{"type":"integer","minimum":1,"maximum":3600,"default":900}""")]
    [InlineData("overlapMin", """{"type":"number","minimum":0.05,"maximum":0.95,"default":0.3}""")]
    [InlineData("epsilon", """{"anyOf":[{"type":"number","minimum":0.001},{"enum":["inf"]}],"default":1}""")]
    [InlineData("size", """{"type":"number","exclusiveMinimum":0,"maximum":100,"default":50}""")]
    [InlineData("seed", """{"type":["integer","null"]}""")]
    [InlineData("sign", """{"enum":["good","not_so_good"],"default":"good"}""")]
    [InlineData("since", """{"type":["string","null"],"format":"date"}""")]
    [InlineData("rates", """{"type":["object","null"],"additionalProperties":{"type":"number"}}""")]
    [InlineData("version", """{"type":["string","number","null"]}""")]
    [InlineData("password", """{"type":["string","null"],"pattern":"^(env:[^=]+|file:/.+)$"}""")]
    public void Annotations_and_defaults_are_in_it(string key, string expected) =>
        Assert.Equal(expected, Sample["properties"]![key]!.ToJsonString(Relaxed));

    [Fact]
    public void Every_rule_is_a_property_of_its_own_with_its_words()
    {
        var rules = Sample["properties"]!["rules"]!;

        Assert.Equal(["passage", "wrong_way"], rules["properties"]!.AsObject().Select(p => p.Key));
        Assert.Equal("Moves against the lane.", rules["properties"]!["wrong_way"]!["description"]!.GetValue<string>());
        Assert.False(rules["additionalProperties"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("""{"name":"north"}""")]
    [InlineData("""{}""")]
    [InlineData("""{"name":"North"}""")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":["north"]}""")]
    [InlineData("""{"name":"north","nmae":1}""")]
    [InlineData("""{"name":"north","windowSeconds":3600}""")]
    [InlineData("""{"name":"north","windowSeconds":3601}""")]
    [InlineData("""{"name":"north","windowSeconds":"soon"}""")]
    [InlineData("""{"name":"north","windowSeconds":null}""")]
    [InlineData("""{"name":"north","epsilon":"inf"}""")]
    [InlineData("""{"name":"north","size":"inf"}""")]
    [InlineData("""{"name":"north","size":0}""")]
    [InlineData("""{"name":"north","size":100}""")]
    [InlineData("""{"name":"north","size":100.4}""")]
    [InlineData("""{"name":"north","note":null}""")]
    [InlineData("""{"name":"north","isDemo":"yes"}""")]
    [InlineData("""{"name":"north","sign":"not_so_good"}""")]
    [InlineData("""{"name":"north","sign":"best"}""")]
    [InlineData("""{"name":"north","link":null,"cameras":null,"rules":null}""")]
    [InlineData("""{"name":"north","link":{"port":0}}""")]
    [InlineData("""{"name":"north","cameras":[{"source":"a","mask":[[0,0],[0,1],{"x":1,"y":1}]}]}""")]
    [InlineData("""{"name":"north","cameras":[{"source":"a","mask":[[0,0]]}]}""")]
    [InlineData("""{"name":"north","cameras":[{"source":""}]}""")]
    [InlineData("""{"name":"north","cameras":[{}]}""")]
    [InlineData("""{"name":"north","cameras":[{"source":"a"},{"source":"b"},{"source":"c"}]}""")]
    [InlineData("""{"name":"north","cameras":[{"source":"a","mask":null}]}""")]
    [InlineData("""{"name":"north","version":null}""")]
    [InlineData("""{"name":"north","version":{"major":3}}""")]
    [InlineData("""{"name":"north","version":"v3"}""")]
    [InlineData("""{"name":"north","direction":[1]}""")]
    [InlineData("""{"name":"north","direction":{"x":1}}""")]
    [InlineData("""{"name":"north","direction":null}""")]
    [InlineData("""{"name":"north","rules":{"passage":null,"wrong_way":{"angleMinDegrees":90}}}""")]
    [InlineData("""{"name":"north","rules":{"wrong_way":{"angleMinDegrees":200}}}""")]
    [InlineData("""{"name":"north","rules":{"wrongway":{}}}""")]
    [InlineData("""{"name":"north","ruleList":["passage",{"wrong_way":{}}]}""")]
    [InlineData("""{"name":"north","ruleList":["pasage"]}""")]
    [InlineData("""{"name":"north","password":"hunter2"}""")]
    public async Task The_editor_and_the_reader_agree(string text)
    {
        // JSON is YAML: one text, both judges. The validator knows an older draft and so not prefixItems; nothing above needs it.
        var known = (JsonObject)Sample.DeepClone();
        foreach (var tuple in Tuples(known).ToArray())
            tuple.Remove("items");
        var schema = await JsonSchema.FromJsonAsync(known.ToJsonString(), TestContext.Current.CancellationToken);

        var isGoodForEditor = schema.Validate(text).Count == 0;
        var faults = YamlReader.Parse<SampleOptions>(text, "edge.yaml").Faults;

        Assert.True(isGoodForEditor == (faults.Count == 0), $"editor: {isGoodForEditor}, reader: {string.Join('\n', faults)}");
    }

    [Fact]
    public void A_type_that_contains_itself_is_refused() =>
        Assert.Throws<NotSupportedException>(YamlSchema.For<SampleTree>);

    private static IEnumerable<JsonObject> Tuples(JsonNode? node) => node switch
    {
        JsonObject json when json.ContainsKey("prefixItems") => [json],
        JsonObject json => json.SelectMany(p => Tuples(p.Value)),
        JsonArray list => list.SelectMany(Tuples),
        _ => [],
    };
}

public sealed record SampleTree
{
    [MinLength(1)]
    public IReadOnlyList<SampleTree> Branches { get; init; } = [];
}
