using System.Collections.Frozen;
using System.Security.Cryptography;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>A file of the pages, all from this assembly. Its address changes with its bytes, so that browsers may keep it for good.</summary>
internal sealed record Asset(byte[] Bytes, string ContentType, string Version)
{
    private static readonly FrozenDictionary<string, Asset> All = new[] { "site.css", "site.js", "leaflet.css", "leaflet.js", "icon.svg", "chevron.svg", "check.svg" }
        .ToFrozenDictionary(name => name, Read);

    public static string Url(string name) => $"/{name}?v={All[name].Version}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (name, asset) in All)
        {
            routes.MapGet($"/{name}", (HttpContext context) =>
            {
                if (context.Request.Query["v"] == asset.Version)
                    context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return TypedResults.Bytes(asset.Bytes, asset.ContentType, entityTag: new($"\"{asset.Version}\""));
            }).ExcludeFromDescription();
        }
    }

    private static Asset Read(string name)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream($"web.{name}")
            ?? throw new InvalidOperationException($"The assembly must hold {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new Asset(bytes, TypeOf(name), Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
}
