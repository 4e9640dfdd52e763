using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// How every answer is made, whatever is asked: HEAD as GET without the body, a strong tag of the bytes that are sent (RFC 9110, 8.8.3),
/// not modified where the asker has them, not acceptable where it would not take them, and each fault as problem+json (RFC 9457).
/// </summary>
internal static class ApiFront
{
    /// <summary>Outermost: what comes after sees only GET.</summary>
    public static async Task AnswerHeadAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        if (!HttpMethods.IsHead(request.Method) || request.Path.StartsWithSegments(LiveApi.Path, StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        var body = response.Body;
        request.Method = HttpMethods.Get;
        response.Body = Stream.Null;
        try
        {
            await next(context);
        }
        finally
        {
            request.Method = HttpMethods.Head;
            response.Body = body;
        }
    }

    /// <summary>Around the compression: the tag is of the bytes as they are sent, so each encoding has its own.</summary>
    public static async Task TagAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        if (!HttpMethods.IsGet(request.Method) || IsLong(request.Path))
        {
            await next(context);
            return;
        }

        var body = response.Body;
        using var kept = new MemoryStream();
        response.Body = kept;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = body;
        }

        var bytes = kept.GetBuffer().AsMemory(0, (int)kept.Length);
        if (response.StatusCode == StatusCodes.Status200OK && IsUnchanged(context, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes.Span))[..32]}\""))
            return;
        if (bytes.Length == 0)
            return;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>Not held back for a tag: it has no end, or brings its own.</summary>
    private static bool IsLong(PathString path) =>
        path.StartsWithSegments(LiveApi.Path, StringComparison.OrdinalIgnoreCase)
        || (path.StartsWithSegments(RowBundleApi.Path, StringComparison.OrdinalIgnoreCase, out var rest) && rest.Value!.EndsWith(RowBundleApi.Form, StringComparison.OrdinalIgnoreCase));

    /// <summary>Gives an answer its tag; true, and 304 is said, where the asker has it already.</summary>
    public static bool IsUnchanged(HttpContext context, string tag)
    {
        context.Response.Headers.ETag = tag;
        if (!EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known)
            || !known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false)))
            return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        context.Response.ContentLength = null;
        context.Response.Headers.Remove(HeaderNames.ContentType);
        context.Response.Headers.Remove(HeaderNames.ContentEncoding);
        return true;
    }

    /// <summary>After the routing: what the asker would not take is not made.</summary>
    public static Task RefuseUnacceptableAsync(HttpContext context, RequestDelegate next)
    {
        var offered = context.GetEndpoint()?.Metadata.OfType<IProducesResponseTypeMetadata>()
            .Where(one => one.StatusCode == StatusCodes.Status200OK).SelectMany(one => one.ContentTypes).ToArray() ?? [];
        if (offered.Length == 0 || !MediaTypeHeaderValue.TryParseList(context.Request.Headers.Accept, out var accepted)
            || offered.Any(type => accepted.Any(one => one.Quality is not 0 && MediaTypeHeaderValue.Parse(type).IsSubsetOf(one))))
            return next(context);
        return TypedResults.Problem(
            $"Here is only {string.Join(" or ", offered)}. Ask for it with Accept, or leave Accept out.", statusCode: StatusCodes.Status406NotAcceptable,
            title: "Not Acceptable").ExecuteAsync(context);
    }

    /// <summary>An answer that has only a status gets a body that says it.</summary>
    public static Task ExplainAsync(HttpContext context) =>
        TypedResults.Problem(DetailOf(context), statusCode: context.Response.StatusCode).ExecuteAsync(context);

    private static string? DetailOf(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "/openapi/v1.json lists what there is.",
        StatusCodes.Status405MethodNotAllowed => $"This can be asked with {context.Response.Headers.Allow}.",
        StatusCodes.Status415UnsupportedMediaType => "The body must be application/json.",
        StatusCodes.Status401Unauthorized => "Send Authorization: Bearer with a key of sink key add or a token of the issuer, or come with a certificate.",
        StatusCodes.Status403Forbidden => "This key or token may not do this.",
        _ => null,
    };

    /// <summary>Adds RFC 8288's <c>Link: rel="next"</c> for the page after this one.</summary>
    public static void LinkNext(HttpContext context, string cursor)
    {
        var query = context.Request.Query.Where(pair => pair.Key != "cursor").SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        var next = Microsoft.AspNetCore.Http.QueryString.Create([.. query, KeyValuePair.Create("cursor", (string?)cursor)]);
        context.Response.Headers.Link = string.Create(CultureInfo.InvariantCulture, $"<{context.Request.Path}{next}>; rel=\"next\"");
    }
}
