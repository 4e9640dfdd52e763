using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>How often anybody may ask. By address; of IPv6 by /64, which is what one customer has. A key of its own has an allowance of its own.</summary>
internal static class ApiLimits
{
    /// <summary>For what everybody may read.</summary>
    public const string Reads = "reads";

    /// <summary>For what operators write, and for guessing keys.</summary>
    public const string Writes = "writes";

    private const int BurstSeconds = 20, KeyFactor = 10;

    public static void AddServices(IServiceCollection services, HttpOptions http) => services.AddRateLimiter(limits =>
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.OnRejected = RefuseAsync;
        limits.AddPolicy(Reads, context => OperatorAccess.KeyOf(context.User) is { } key
            ? Bucket(key, http.ReadsPerSecond * KeyFactor)
            : Bucket(AddressOf(context), http.ReadsPerSecond));
        limits.AddPolicy(Writes, context => Bucket(AddressOf(context), perSecond: 1));
    });

    /// <summary>Whom an allowance belongs to.</summary>
    public static string AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private static RateLimitPartition<string> Bucket(string whose, int perSecond) => RateLimitPartition.GetTokenBucketLimiter(whose, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = perSecond * BurstSeconds,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    });

    /// <summary>Not so often: when to come again.</summary>
    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Refused(HttpContext context, TimeSpan after)
    {
        var wait = (int)Math.Ceiling(after.TotalSeconds);
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            $"Ask again in {wait} s. What is served carries an ETag: asking with If-None-Match costs less, and whoever needs more gets a key from the operator.",
            statusCode: StatusCodes.Status429TooManyRequests, title: "Too Many Requests");
    }

    private static async ValueTask RefuseAsync(Microsoft.AspNetCore.RateLimiting.OnRejectedContext rejected, CancellationToken cancellation) =>
        await Refused(rejected.HttpContext, rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1)).ExecuteAsync(rejected.HttpContext);
}
