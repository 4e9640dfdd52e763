using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SocialCredit.Edge.Sink.Tests.Serving;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary>Whoever verifies a sink does not trust it: it lies, it has no end, it leads elsewhere, it is slow on purpose.</summary>
public sealed class HostileVerifyTests(HostileVerifyTests.Honest honest) : IClassFixture<HostileVerifyTests.Honest>
{
    private const string Rows = "/api/rows/2026-W46.csv", Scores = "/api/scores/2026-W46.csv", OneScore = "crossing-north,2026-11-11,p-2026.3,1,";

    [Fact]
    public async Task What_an_honest_sink_says_comes_out()
    {
        await using var sink = await StartAsync(honest, "/nowhere", _ => Task.CompletedTask);

        Assert.Equal((0, ""), Verify(sink));
    }

    [Theory]
    [InlineData(Rows, "crossing-north,2026-11-11,1,1,200,", "crossing-north,2026-11-11,1,1,200000,", "crossing-north 2026-11-11: the score ")]
    [InlineData(Rows, "crossing-north,2026-11-11,", null, "crossing-north 2026-11-11: the score ")]
    [InlineData(Rows, "plaza-south,2026-11-11,", "crossing-north,2026-11-12,", "rows-2026-W46.csv:")]
    [InlineData(Rows, "crossing-north,2026-11-11,", "crossing-north,2026-11-02,", "crossing-north 2026-11-02: a row of this day stands in two files")]
    [InlineData(Rows, "crossing-north,2026-11-11,", "zebra,2026-11-11,", "crossing-north stands after zebra; zones come in the order of their names")]
    [InlineData(Rows, "1,1,200,", "1,1,1e309,", "\"1e309\" is no whole number")]
    [InlineData(Rows, "zone,date", "zone\u001b[2J,date", "zone?[2J: no such column")]
    [InlineData(Scores, OneScore, null, "crossing-north 2026-11-11: no score was published, but of days before and after it")]
    [InlineData(Scores, OneScore, OneScore + "1e309,", "this is no score")]
    [InlineData(Scores, OneScore, OneScore + "NaN,", "this is no score")]
    [InlineData(Scores, OneScore, "crossing-north,9999-12-31,p-2026.3,1,", "this is no score")]
    [InlineData(Scores, OneScore, "crossing-north,2026-11-11,p\u001b]0;x\u0007,1,", "this is no score")]
    [InlineData(Scores, OneScore, "crossing-north,2026-11-12,p-2026.3,1,", "revision 1 of crossing-north 2026-11-12 stands there twice")]
    [InlineData(Scores, OneScore, "crossing-north,2026-11-02,p-2026.3,1,", "crossing-north 2026-11-02: a score of this day stands in two files")]
    [InlineData(Scores, OneScore, "aaa,2026-11-11,p-2026.3,1,", "aaa stands after crossing-north")]
    [InlineData(Scores, "plaza-south,2026-11-15,p-2026.3,1,", "quay,2026-11-15,p-2026.3,1,", "quay 2026-11-15: a score was published, but there is no row of this zone")]
    [InlineData("/api/policy", "weight: 12", "weight: 12.001", "crossing-north 2026-11-01: the score ")]
    [InlineData("/api/policy", "weight: 12", "weight: 1e309", "policy.yaml:")]
    [InlineData("/api/policy", "id: p-2026.3", "id: p-2026.9", "there is no published score under p-2026.9; nothing was verified")]
    [InlineData("/api/rulings", "disabled: []", "disabled:\n  - {zone: plaza-south, behaviour: red_crossing}", "plaza-south 2026-11-0")]
    [InlineData("/api/rulings", "contested: []", "contested:\n  - {zone: plaza-south, from: 2026-11-12}", "plaza-south 2026-11-12: the grade ")]
    [InlineData("/api/calibration", "{}", "plaza-south: {red_crossing: 1e309}", "calibration.yaml:")]
    [InlineData("/api/weeks", "\"2026-W46\",", "", "2026-11-16: the score ")]
    [InlineData("/api/weeks", "\"2026-W46\"", "\"../../2026-W46\"", "The sink names a week that is none: ../../2026-W46.")]
    [InlineData("/api/weeks", "\"2026-W46\"", "null", "The sink names a week that is none: null.")]
    [InlineData("/api/weeks", "\"2026-W46\"", "\"2026-W45\"", "The sink names its weeks twice or out of order")]
    [InlineData("/api/weeks", "[", "<!doctype html><title>Please log in</title>[", "api/weeks is no list in JSON.")]
    [InlineData("/api/policy", "id:", "<!doctype html><title>Please log in</title>\nid:", "policy.yaml:")]
    [InlineData(Rows, "zone,date", "<!doctype html><title>Please log in</title>zone,date", "rows-2026-W46.csv:1: ")]
    public async Task A_sink_that_lies_is_told_where(string path, string text, string? instead, string expected)
    {
        var before = Encoding.UTF8.GetString(honest.Answers[path]);
        Assert.Contains(text, before, StringComparison.Ordinal);
        var lie = instead is null ? string.Join('\n', before.Split('\n').Where(line => !line.StartsWith(text, StringComparison.Ordinal))) : Once(before, text, instead);
        await using var sink = await StartAsync(honest, path, context => context.Response.WriteAsync(lie));

        var (code, errors) = Verify(sink);

        Assert.Equal(1, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain(errors, c => char.IsControl(c) && c != '\n');
    }

    [Theory]
    [InlineData("", "plaza-south: it has rows from 2026-11-01 on and no published score, others have to 2026-11-20")]
    [InlineData("2026-W44", "plaza-south: its published scores end on 2026-11-01, those of others go on to 2026-11-20")]
    public async Task A_zone_that_is_left_out_from_a_week_on_is_missed(string lastWeek, string expected)
    {
        var lies = honest.Answers.ToDictionary(answer => answer.Key, answer => answer.Key.StartsWith("/api/scores/", StringComparison.Ordinal) && string.CompareOrdinal(answer.Key, $"/api/scores/{lastWeek}.csv") > 0
            ? Encoding.UTF8.GetBytes(string.Join('\n', Encoding.UTF8.GetString(answer.Value).Split('\n').Where(line => !line.StartsWith("plaza-south", StringComparison.Ordinal))))
            : answer.Value);
        await using var sink = await StartAsync(new Honest(lies), "/nowhere", _ => Task.CompletedTask);

        var (code, errors) = Verify(sink);

        Assert.Equal((1, expected), (code, errors.Trim()));
    }

    [Theory]
    [InlineData("/api/policy", "api/policy is longer than the 1048576 bytes that are taken of it.")]
    [InlineData("/api/weeks", "api/weeks is longer than the 1048576 bytes that are taken of it.")]
    [InlineData(Rows, "more than 2 MB in all are not taken; allow more with --megabytes.")]
    public async Task An_answer_without_end_is_cut(string path, string expected)
    {
        await using var sink = await StartAsync(honest, path, async context =>
        {
            context.Response.ContentLength = 10_000_000_000;
            var part = new byte[64 * 1024];
            Array.Fill(part, (byte)'0');
            while (true)
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
        });

        var (code, errors) = Verify(sink, "--megabytes", "2");

        Assert.Equal(1, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_without_end_are_cut()
    {
        var pages = 0;
        await using var sink = await StartAsync(honest, Rows, context =>
        {
            context.Response.Headers.Link = $"<{Rows}?after=zone-{++pages:00000}>; rel=\"next\"";
            return context.Response.WriteAsync("zone,date\n" + new string('\n', 100_000));
        });

        var (code, errors) = Verify(sink, "--megabytes", "1");

        Assert.Equal(1, code);
        Assert.Contains("more than 1 MB in all are not taken", errors, StringComparison.Ordinal);
        Assert.InRange(pages, 9, 12);
    }

    [Theory]
    [InlineData("zone,date\n", "aaa", "goes round in a ring: after zone-1 comes aaa.")]
    [InlineData("zone,date,x\n", "zone-2", "The first line of api/rows/2026-W46.csv?after=zone-1 is another than that of api/rows/2026-W46.csv.")]
    [InlineData("zone,date\npl", "zone-2", "ends within a line, and says that it goes on.")]
    public async Task Pages_that_do_not_belong_together_are_refused(string second, string next, string expected)
    {
        await using var sink = await StartAsync(honest, Rows, context =>
        {
            var isFirst = context.Request.QueryString.Value == "";
            // Whatever host stands there, it is not asked.
            context.Response.Headers.Link = $"<http://192.0.2.1/?after={(isFirst ? "zone-1" : next)}>; rel=\"next\"";
            return context.Response.WriteAsync(isFirst ? "zone,date\n" : second);
        });

        var (code, errors) = Verify(sink);

        Assert.Equal(1, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_address_is_named_and_not_asked()
    {
        var asked = 0;
        await using var other = await StartAsync(honest, "/api/policy", context => context.Response.WriteAsync($"{asked++}"));
        await using var sink = await StartAsync(honest, "/api/policy", context =>
        {
            context.Response.Redirect(new Uri(other.Address, "/api/policy").ToString());
            return Task.CompletedTask;
        });

        var (code, errors) = Verify(sink);

        Assert.Equal((1, 0), (code, asked));
        Assert.StartsWith($"--sink: api/policy leads to another address, {other.Address}api/policy.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sink_that_is_slow_on_purpose_is_left()
    {
        await using var sink = await StartAsync(honest, Scores, async context =>
        {
            await context.Response.WriteAsync("zone,");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        var (code, errors) = Verify(sink, "--minutes", "0.03");

        Assert.Equal(1, code);
        Assert.StartsWith("--minutes: it was not done after 0.03 minutes, and nothing is verified.", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "--sink: api/rulings was answered with 404.")]
    [InlineData(500, "--sink: api/rulings was answered with 500.")]
    [InlineData(0, "--sink: ")]
    public async Task A_sink_that_fails_or_breaks_off_proves_nothing(int status, string expected)
    {
        await using var sink = await StartAsync(honest, "/api/rulings", async context =>
        {
            context.Response.StatusCode = status == 0 ? 200 : status;
            if (status > 0)
                return;
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("excluded: []\n");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        var (code, errors) = Verify(sink);

        Assert.Equal(1, code);
        Assert.StartsWith(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    private static string Once(string text, string part, string instead)
    {
        var at = text.IndexOf(part, StringComparison.Ordinal);
        return text[..at] + instead + text[(at + part.Length)..];
    }

    private static (int Code, string Errors) Verify(LoopbackServer sink, params string[] more)
    {
        var run = new CommandRun();
        var code = run.Invoke(["verify", "--sink", sink.Address.ToString(), .. more]);
        return (code, run.Errors);
    }

    /// <summary>What a sink says of two zones of twenty nights, by path.</summary>
    public sealed class Honest
    {
        public Honest()
        {
            var folder = Path.Combine(VerifyCommandTests.Exported().Folder, "public");
            var answers = Directory.GetFiles(folder, "*-2026-*.csv").ToDictionary(file => $"/api/{Path.GetFileName(file).Replace("-2026", "/2026", StringComparison.Ordinal)}", File.ReadAllBytes);
            foreach (var name in new[] { "policy", "calibration", "rulings" })
                answers[$"/api/{name}"] = File.ReadAllBytes(Path.Combine(folder, name + ".yaml"));
            answers["/api/weeks"] = JsonSerializer.SerializeToUtf8Bytes(Directory.GetFiles(folder, "rows-*.csv").Order(StringComparer.Ordinal).Select(file => Path.GetFileNameWithoutExtension(file)["rows-".Length..]));
            Answers = answers;
        }

        internal Honest(IReadOnlyDictionary<string, byte[]> answers) => Answers = answers;

        internal IReadOnlyDictionary<string, byte[]> Answers { get; }
    }

    /// <summary>A sink that tells the truth but for one path.</summary>
    private static Task<LoopbackServer> StartAsync(Honest honest, string path, RequestDelegate lie) => LoopbackServer.StartAsync(app =>
        app.Run(context => context.Request.Path == path ? lie(context) : context.Response.Body.WriteAsync(honest.Answers[context.Request.Path]).AsTask()));
}
