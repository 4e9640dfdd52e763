using System.Text;
using System.Text.Json;
using NJsonSchema;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

public sealed class PrivacyManifestSchemaTests
{
    private static readonly JsonElement Published = JsonDocument.Parse(PrivacyManifestSchema.Text).RootElement;

    private static readonly string Json = Encoding.UTF8.GetString(PrivacyManifestJson.Encode(TestManifests.Example));

    [Fact]
    public void The_schema_in_the_assembly_is_the_published_file() =>
        Assert.Equal(File.ReadAllText(Path.Combine(TestPaths.Root, "contract", "privacy-manifest.schema.json")), PrivacyManifestSchema.Text);

    [Theory]
    [InlineData(PrivacyProfile.Standard)]
    [InlineData(PrivacyProfile.Strict)]
    [InlineData(PrivacyProfile.Demo)]
    public async Task Every_manifest_that_is_written_keeps_the_schema(PrivacyProfile profile)
    {
        var schema = await JsonSchema.FromJsonAsync(PrivacyManifestSchema.Text);
        var seconds = profile == PrivacyProfile.Strict ? 86400 : 3600;
        var manifest = TestManifests.Covering("edge-01", 512, [Records.Example with { Profile = profile, Seconds = seconds }]);

        Assert.Empty(schema.Validate(Json));
        Assert.Empty(schema.Validate(Encoding.UTF8.GetString(PrivacyManifestJson.Encode(manifest))));
    }

    /// <summary>What the schema says by if and then is not here: the validator does not know these words.</summary>
    [Theory]
    [InlineData("{\"v\":1,", "{\"v\":1,\"owner\":\"Jo\",")]
    [InlineData("{\"v\":1,", "{")]
    [InlineData("plaza-7", "Plaza 7")]
    [InlineData("\"field\":\"pad\"", "\"field\":\"pad\",\"value\":1")]
    [InlineData("\"zone\":\"crossing-north\"", "\"zone\":\"crossing-north\",\"address\":\"192.0.2.7\"")]
    [InlineData("\"model\":\"street-320\"", "\"model\":\"street-320\",\"camera\":\"north\"")]
    [InlineData("[\"red_crossing\",", "[\"sleeping\",")]
    [InlineData("\"epsilonCounts\":0.6", "\"epsilonCounts\":0.7")]
    [InlineData("2026-11-22", "2026-11-22T09:14:07Z")]
    public async Task The_schema_refuses_what_the_reader_refuses(string part, string instead)
    {
        var schema = await JsonSchema.FromJsonAsync(PrivacyManifestSchema.Text);
        var broken = Json.Replace(part, instead, StringComparison.Ordinal);

        Assert.NotEmpty(schema.Validate(broken));
        Assert.False(PrivacyManifestJson.TryDecode(Encoding.UTF8.GetBytes(broken), out _, out _));
    }

    [Fact]
    public void Every_object_of_the_schema_is_closed_and_names_exactly_what_is_written()
    {
        var written = JsonDocument.Parse(Json).RootElement;

        AssertClosed(Published, written);
        foreach (var list in (string[])["topics", "fields", "zones", "models"])
            AssertClosed(Published.GetProperty("properties").GetProperty(list).GetProperty("items"), written.GetProperty(list)[0]);
    }

    [Fact]
    public void The_fields_of_a_manifest_are_the_fields_of_the_records_schema()
    {
        var record = JsonDocument.Parse(EventRecordSchema.Text).RootElement.GetProperty("properties").EnumerateObject().Select(field => field.Name);

        Assert.All(Enum.GetValues<PrivacyProfile>(), profile => Assert.Equal(record, ManifestWords.Fields(profile).Select(field => field.Field)));
    }

    [Fact]
    public void The_bounds_of_the_schema_are_those_of_the_code()
    {
        var properties = Published.GetProperty("properties");

        Assert.Equal(PrivacyManifest.ZonesMax, properties.GetProperty("zones").GetProperty("maxItems").GetInt32());
        Assert.Equal(PrivacyManifest.ModelsMax, properties.GetProperty("models").GetProperty("maxItems").GetInt32());
        Assert.Equal(EventRecordJson.BytesMax, properties.GetProperty("recordBytes").GetProperty("maximum").GetInt32());
        Assert.Equal(
            Behaviours.All.Where(b => b.Sign is BehaviourSign.Good or BehaviourSign.Bad).Select(b => b.Name),
            Published.GetProperty("$defs").GetProperty("behaviour").GetProperty("enum").EnumerateArray().Select(name => name.GetString()));
    }

    private static void AssertClosed(JsonElement schema, JsonElement written)
    {
        var names = written.EnumerateObject().Select(property => property.Name).ToArray();

        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(names, schema.GetProperty("properties").EnumerateObject().Select(property => property.Name));
        Assert.Equal(names, schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }
}
