using System.Net;
using System.Text;
using System.Text.Json;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Governance;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>The OpenAPI document against what is served: every path is called as it says.</summary>
public sealed class ApiDescriptionTests(ITestOutputHelper output)
{
    private static readonly SinkOptions Options = new()
    {
        Policy = "policy.yaml",
        Zones = new Dictionary<string, ZoneEntry> { ["crossing-north"] = new() { Device = "camera-cro", Title = "North crossing", Latitude = 48.2, Longitude = 16.37 } },
        Http = new HttpOptions { MetricsZones = 5, Operators = new OperatorOptions { Authority = "https://login.example/city", Audience = "sink" } },
    };

    [Fact]
    public async Task Every_GET_of_the_document_answers_as_it_says()
    {
        await using var sink = await ServedSink.StartAsync(Fill, options: Options);
        var receipt = await OpenContestAsync(sink);
        using var document = JsonDocument.Parse(await sink.Client.GetStringAsync("/openapi/v1.json"));
        var called = 0;
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("get", out var operation))
                continue;
            using var response = await sink.Client.GetAsync(Filled(path.Name, receipt), HttpCompletionOption.ResponseHeadersRead);
            var expected = path.Name.StartsWith("/api/operator", StringComparison.Ordinal) ? HttpStatusCode.Unauthorized : HttpStatusCode.OK;
            Assert.True(expected == response.StatusCode, $"{path.Name} answered {(int)response.StatusCode}: {(response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync())}");
            if (response.IsSuccessStatusCode && operation.GetProperty("responses").GetProperty("200").TryGetProperty("content", out var content))
                Assert.Contains(response.Content.Headers.ContentType!.MediaType!, content.EnumerateObject().Select(type => type.Name));
            called++;
        }

        output.WriteLine($"{called} addresses called");
        Assert.InRange(called, 40, 100);
    }

    [Fact]
    public async Task Every_operation_says_what_it_is_for_and_what_can_go_wrong()
    {
        await using var sink = await ServedSink.StartAsync(_ => { }, options: Options);
        using var document = JsonDocument.Parse(await sink.Client.GetStringAsync("/openapi/v1.json"));

        Assert.Equal(["certificate", "key", "token"], document.RootElement.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name).Order());
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var where = $"{operation.Name} {path.Name}";
                var responses = operation.Value.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToList();
                Assert.True(operation.Value.TryGetProperty("summary", out _), where);
                Assert.True(responses.Contains("429"), where);
                Assert.Equal(operation.Name == "get", responses.Contains("304"));
                Assert.Equal(path.Name.StartsWith("/api/operator", StringComparison.Ordinal), responses.Contains("401"));
                Assert.Equal(path.Name.StartsWith("/api/operator", StringComparison.Ordinal), operation.Value.TryGetProperty("security", out var security) && security.GetArrayLength() == 3);
                foreach (var parameter in operation.Value.TryGetProperty("parameters", out var all) ? all.EnumerateArray() : [])
                    Assert.True(parameter.GetProperty("in").GetString() != "path" || parameter.TryGetProperty("example", out _) || path.Name.StartsWith("/sta", StringComparison.Ordinal), $"{where} {parameter}");
            }
        }
    }

    private static void Fill(IEventStore store)
    {
        TestCity.Fill(store);
        new PolicyTables(store.Database).Publish(
            new StoredPolicy("p-2026.4", Bodies.Bytes(), PolicySignature.Sha256Of(Bodies.Bytes()), TestCity.Now), new AuditEntry(AuditKind.PolicyPublished, "p-2026.4", "operator", TestCity.Now));
    }

    private static async Task<string> OpenContestAsync(ServedSink sink)
    {
        using var opened = await sink.Client.PostAsync("/api/contests", new StringContent(
            """{"zone":"crossing-north","behaviour":"red_crossing","reason":"camera-wrong","words":"The signal was out of order."}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        using var body = JsonDocument.Parse(await opened.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("receipt").GetString()!;
    }

    private static string Filled(string path, string receipt) => (path.Contains("('{id}')", StringComparison.Ordinal) ? path.Replace("{id}", EntityOf(path), StringComparison.Ordinal) : path)
        .Replace("{zone}", "crossing-north", StringComparison.Ordinal).Replace("{device}", "camera-cro", StringComparison.Ordinal).Replace("{id}", "p-2026.4", StringComparison.Ordinal)
        .Replace("{week}", "2026-W47", StringComparison.Ordinal).Replace("{number}", "1", StringComparison.Ordinal).Replace("{receipt}", receipt, StringComparison.Ordinal);

    private static string EntityOf(string path) => path.Split('/', '(')[3] switch
    {
        "Things" or "Locations" => "plaza-7",
        "Datastreams" => "crossing-north:score",
        "Sensors" => "anonymised-counts",
        "ObservedProperties" => "red_crossing",
        _ => "crossing-north",
    };
}
