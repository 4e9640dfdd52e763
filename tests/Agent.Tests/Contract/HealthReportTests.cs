using System.Text;
using System.Text.Json;
using CsCheck;
using NJsonSchema;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>One closed form, one length, and nothing else is read.</summary>
public sealed class HealthReportTests(ITestOutputHelper output)
{
    private static readonly string Json = Encoding.UTF8.GetString(HealthReportJson.Encode(Reports.Health));

    [Fact]
    public void What_was_written_is_read_again()
    {
        Assert.True(HealthReportJson.TryDecode(Encoding.UTF8.GetBytes(Json), out var report, out var reason), reason);

        Assert.Equal(Json, Encoding.UTF8.GetString(HealthReportJson.Encode(report!)));
        Assert.Equal((12L, HealthTrouble.NoFrames, 5), (report!.Outbox.Depth, report.Cameras[1].Trouble, report.CertificateDays));
        output.WriteLine($"{Json.Length} bytes: {Json}");
    }

    [Fact]
    public void Every_report_of_a_configuration_is_equally_long()
    {
        var number = Gen.Long[0, 999_999_999];
        var report = Gen.Select(number, Gen.Int[0, 99_999], Gen.Int[0, 9999], Gen.Int[0, 12], Gen.Int[0, 2047], Gen.Bool).Select(some => Reports.Health with
        {
            UptimeHours = some.Item2,
            ClockSteps = some.Item3,
            CertificateDays = some.Item6 ? some.Item3 : null,
            Software = new string('s', 1 + some.Item3 % 64),
            Policy = new string('p', 1 + some.Item3 % 32),
            Cameras = [.. Reports.Health.Cameras.Select(camera => camera with { Trouble = (HealthTrouble)some.Item4, Coverage = some.Item3 % 11 })],
            Outbox = new() { Depth = some.Item1, OldestHours = some.Item3, Parked = some.Item1, Refusing = some.Item6, Dropped = some.Item1, Lost = some.Item1, GivenUp = some.Item1 },
            Attention = [.. Enum.GetValues<Attention>().Where(word => (some.Item5 & (1 << (int)word)) != 0)],
        });

        report.Sample(one => Assert.Equal(Json.Length, HealthReportJson.Encode(one).Length), iter: 2000, seed: "0000000000001", threads: 1);
    }

    [Theory]
    [InlineData("{\"v\":1,", "{\"v\":1,\"persons\":3,")]
    [InlineData("{\"v\":1,", "{")]
    [InlineData("{\"v\":1,", "{\"v\":1,\"v\":1,")]
    [InlineData("{\"v\":1,", "{ \"v\":1,")]
    [InlineData("plaza-7", "Plaza 7")]
    [InlineData("T09:00:00Z", "T09:14:07Z")]
    [InlineData("\"trouble\":\"none\"", "\"trouble\":\"crowded\"")]
    [InlineData("\"trouble\":\"none\"", "\"trouble\":\"None\"")]
    [InlineData("\"trouble\":\"none\"", "\"trouble\":0")]
    [InlineData("\"coverage\":10", "\"coverage\":11")]
    [InlineData("\"depth\":12", "\"depth\":12.5")]
    [InlineData("\"depth\":12", "\"depth\":-1")]
    [InlineData("\"camera\":\"south\"", "\"camera\":\"north\"")]
    [InlineData("\"clockStepped\"", "\"somebodyIsThere\"")]
    [InlineData("\"cameraBlind\",\"clockStepped\"", "\"clockStepped\",\"cameraBlind\"")]
    [InlineData("\"pad\":\"0", "\"pad\":\"1")]
    [InlineData("\"pad\":\"0", "\"pad\":\"")]
    [InlineData("\"camera\":\"north\"", "\"camera\":\"north\",\"source\":\"rtsp://192.0.2.7\"")]
    public void Anything_else_is_refused(string part, string instead)
    {
        Assert.Contains(part, Json, StringComparison.Ordinal);

        Assert.False(HealthReportJson.TryDecode(Encoding.UTF8.GetBytes(Json.Replace(part, instead, StringComparison.Ordinal)), out var report, out var reason));

        Assert.Null(report);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void No_bytes_at_all_break_the_readers() =>
        Gen.Byte.Array[0, 400].Sample(
            bytes => !HealthReportJson.TryDecode(bytes, out _, out _) && DeviceCommand.TryDecode(bytes) is null && CommandAnswer.TryDecode(bytes) is null,
            iter: 20_000, seed: "0000000000002", threads: 1);

    [Fact]
    public void Flipped_bits_of_good_messages_break_no_reader_and_are_never_another_form()
    {
        byte[][] good = [Encoding.UTF8.GetBytes(Json), Reports.Command.Encode(), Reports.Answer.Encode()];
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5000], Gen.Int[0, 7]).Sample(
            at =>
            {
                byte[] bytes = [.. good[at.Item1]];
                bytes[at.Item2 % bytes.Length] ^= (byte)(1 << at.Item3);
                if (HealthReportJson.TryDecode(bytes, out var report, out _))
                    Assert.Equal(bytes, HealthReportJson.Encode(report!));
                if (DeviceCommand.TryDecode(bytes) is { } command)
                    Assert.Equal(bytes, command.Encode());
                if (CommandAnswer.TryDecode(bytes) is { } answer)
                    Assert.Equal(bytes, answer.Encode());
            },
            iter: 10_000, seed: "0000000000003", threads: 1);
    }

    [Fact]
    public async Task What_is_written_keeps_the_published_schemas()
    {
        (string Schema, string Json)[] all =
            [(RemoteSchemas.Health, Json), (RemoteSchemas.Command, Text(Reports.Command.Encode())), (RemoteSchemas.Answer, Text(Reports.Answer.Encode()))];
        foreach (var (schema, json) in all)
        {
            var read = await JsonSchema.FromJsonAsync(schema);
            Assert.Empty(read.Validate(json));
            var (root, written) = (JsonDocument.Parse(schema).RootElement, JsonDocument.Parse(json).RootElement);
            AssertClosed(root, written);
        }

        var health = JsonDocument.Parse(RemoteSchemas.Health).RootElement.GetProperty("properties");
        AssertClosed(health.GetProperty("cameras").GetProperty("items"), JsonDocument.Parse(Json).RootElement.GetProperty("cameras")[0]);
        AssertClosed(health.GetProperty("outbox"), JsonDocument.Parse(Json).RootElement.GetProperty("outbox"));
    }

    [Fact]
    public void The_published_files_are_those_in_the_assembly()
    {
        string Read(string name) => File.ReadAllText(Path.Combine(TestPaths.Root, "contract", name));

        Assert.Equal(
            (Read("health-report.schema.json"), Read("device-command.schema.json"), Read("command-answer.schema.json")),
            (RemoteSchemas.Health, RemoteSchemas.Command, RemoteSchemas.Answer));
    }

    [Fact]
    public void The_words_of_the_schemas_are_those_of_the_code()
    {
        var health = JsonDocument.Parse(RemoteSchemas.Health).RootElement.GetProperty("properties");
        var answer = JsonDocument.Parse(RemoteSchemas.Answer).RootElement.GetProperty("properties");

        Assert.Equal(Words<HealthTrouble>(), In(health.GetProperty("cameras").GetProperty("items").GetProperty("properties").GetProperty("trouble")));
        Assert.Equal(Words<Attention>(), In(health.GetProperty("attention").GetProperty("items")));
        Assert.Equal(Words<CommandOutcome>(), In(answer.GetProperty("outcome")));
        Assert.Equal(Words<CommandReason>(), In(answer.GetProperty("reason")));
        Assert.Equal(Words<SelfTestCheck>(), In(answer.GetProperty("checks").GetProperty("items").GetProperty("properties").GetProperty("check")));
        Assert.Equal(
            ["set-policy", "rotate-key", "restart", "self-test"],
            In(JsonDocument.Parse(RemoteSchemas.Command).RootElement.GetProperty("properties").GetProperty("command")));
        Assert.Equal(Enum.GetNames<CameraTrouble>(), Enum.GetNames<HealthTrouble>());
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static IEnumerable<string> Words<T>() where T : struct, Enum => Enum.GetNames<T>().Select(name => char.ToLowerInvariant(name[0]) + name[1..]);

    private static IEnumerable<string?> In(JsonElement schema) => schema.GetProperty("enum").EnumerateArray().Select(word => word.GetString());

    private static void AssertClosed(JsonElement schema, JsonElement written)
    {
        var names = written.EnumerateObject().Select(property => property.Name).ToArray();

        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(names, schema.GetProperty("properties").EnumerateObject().Select(property => property.Name));
        Assert.Equal(names, schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }
}
