using System.Net;
using SocialCredit.Edge.Sink.Tests.Serving;

namespace SocialCredit.Edge.Sink.Tests.Web;

/// <summary>The form by which anyone objects, and who may not use it in somebody's name.</summary>
public sealed class ContestPageTests
{
    private static readonly Dictionary<string, string> Good = new() { ["zone"] = "plaza-edge", ["reason"] = "camera-wrong", ["behaviour"] = "", ["words"] = "" };

    [Fact]
    public async Task A_contest_is_opened_and_its_receipt_shown_to_whoever_opened_it_alone()
    {
        await using var sink = await ServedSink.StartAsync(TestCity.Fill);

        using var answer = await SendAsync(sink, With("words", "It hangs askew."));
        var page = await answer.Content.ReadAsStringAsync();
        var list = await sink.Client.GetStringAsync("/contests");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Matches("class=\"receipt\">[0-9A-Z]{4}(-[0-9A-Z]{4}){3}<", page);
        Assert.Contains("Contest 1", list, StringComparison.Ordinal);
        Assert.DoesNotContain("receipt\">", await sink.Client.GetStringAsync("/contests/1"), StringComparison.Ordinal);
        Assert.DoesNotContain("askew", page + list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("", "", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Origin", "self", HttpStatusCode.OK)]
    public async Task Only_a_form_of_this_site_is_taken(string header, string value, HttpStatusCode status)
    {
        await using var sink = await ServedSink.StartAsync(TestCity.Fill);

        using var answer = await SendAsync(sink, Good, header, value == "self" ? sink.Address.GetLeftPart(UriPartial.Authority) : value);

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("reason", "because", HttpStatusCode.UnprocessableEntity, "Choose why you object.")]
    [InlineData("behaviour", "presence", HttpStatusCode.UnprocessableEntity, "not measured for that behaviour")]
    [InlineData("words", "1001", HttpStatusCode.UnprocessableEntity, "Your text is too long")]
    [InlineData("words", "20000", HttpStatusCode.RequestEntityTooLarge, "")]
    [InlineData("zone", "nowhere", HttpStatusCode.NotFound, "no such page")]
    [InlineData("zone", "", HttpStatusCode.UnprocessableEntity, "")]
    public async Task What_is_wrong_is_said_and_what_was_written_stays(string field, string value, HttpStatusCode status, string said)
    {
        await using var sink = await ServedSink.StartAsync(TestCity.Fill);
        var text = int.TryParse(value, out var length) ? new string('x', length) : value;

        using var answer = await SendAsync(sink, With(field, text));

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(said, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Contains("Nobody has objected", await sink.Client.GetStringAsync("/contests"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sixth_contest_from_one_address_has_to_wait_by_the_form_and_over_the_API_and_keeps_its_words()
    {
        await using var sink = await ServedSink.StartAsync(TestCity.Fill);
        for (var i = 0; i < 5; i++)
            (await SendAsync(sink, Good)).Dispose();

        using var answer = await SendAsync(sink, With("words", "Once more."));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Contains("Once more.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var byApi = await sink.Client.PostAsync(new Uri("/api/contests", UriKind.Relative), new StringContent("""{"zone":"plaza-edge","reason":"other"}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.TooManyRequests, byApi.StatusCode);
        Assert.InRange(byApi.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    }

    private static Dictionary<string, string> With(string field, string value) => new(Good) { [field] = value };

    private static async Task<HttpResponseMessage> SendAsync(ServedSink sink, Dictionary<string, string> form, string header = "Sec-Fetch-Site", string value = "same-origin")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/contests/new", UriKind.Relative)) { Content = new FormUrlEncodedContent(form) };
        if (header.Length > 0)
            request.Headers.Add(header, value);
        return await sink.Client.SendAsync(request);
    }
}
