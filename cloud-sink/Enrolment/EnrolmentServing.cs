using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>
/// Enrolment over HTTP: on its own listener nothing else is served, and on the public one it is served on loopback only. Everybody may ask,
/// so what they may ask is short, bounded and slow.
/// </summary>
internal static class EnrolmentServing
{
    public const string AuthorityPath = "/api/authority";

    public const string RevocationPath = "/api/authority/crl";

    // A site's devices may stand behind one address; a device asks a few times a minute while it waits.
    private static readonly TokenBucketRateLimiterOptions OfAddress = Bucket(burst: 120, perSecond: 2), OfAll = Bucket(burst: 1200, perSecond: 20);

    // Whoever reads the list refuses everybody once it is over; a sink that is away for weeks must not shut out a city.
    private static readonly TimeSpan RevocationListLifetime = TimeSpan.FromDays(30);

    public static void AddServices(IServiceCollection services, SinkConfiguration configuration)
    {
        var folder = SinkConfiguration.Beside(configuration.Path, configuration.Options.Authority);
        services.AddSingleton(provider => new EnrolmentKeys(folder, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DeviceBook>();
        services.AddSingleton<EnrolmentDesk.Runtime>();
        services.AddSingleton<EnrolmentDesk>();
        services.AddHostedService<DeviceWatch>();
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                Limiter(OfAddress, context => context.Connection.RemoteIpAddress ?? IPAddress.None), Limiter(OfAll, _ => IPAddress.Any));
        });
    }

    /// <summary>Before anything else is mapped: keeps the listeners apart.</summary>
    public static void Use(WebApplication app, HttpOptions http)
    {
        var isPublicLoopback = IPAddress.TryParse(http.Address, out var address) && IPAddress.IsLoopback(address);
        app.Use((context, next) =>
        {
            var isOwnListener = context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(EnrolmentListener.Mark) == true;
            if (IsOurs(context) ? isOwnListener || isPublicLoopback : !isOwnListener)
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("").WithTags("Enrolment");
        api.MapPost(EnrolmentRequest.Path, EnrolAsync).WithSummary("A device asks to be enrolled, or for another certificate.");
        api.MapGet(AuthorityPath, (EnrolmentKeys keys) => TypedResults.Text(keys.Authority.Certificate.ExportCertificatePem() + "\n", "application/pem-certificate-chain"))
            .WithSummary("The sink's authority: hold it against the pin of the claim code before anything is told.");
        api.MapGet(RevocationPath, RevocationList).WithSummary("The certificates that hold no longer (RFC 5280).");
    }

    private static async Task<IResult> EnrolAsync(HttpContext context, EnrolmentDesk desk, ILogger<EnrolmentDesk> log)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = EnrolmentRequest.BytesMax;
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (desk.Take(body.GetBuffer().AsSpan(0, (int)body.Length), $"{context.Connection.RemoteIpAddress}") is { } answer)
                return TypedResults.Bytes(answer.Encode(), "application/json");
            EnrolmentLog.BadRequest(log, "the body is not of the form of an enrolment.");
            return Problem(StatusCodes.Status400BadRequest, "The body is not of the form of an enrolment; see contract/Enrolment.cs.");
        }
        catch (BadHttpRequestException bad)
        {
            EnrolmentLog.BadRequest(log, bad.Message);
            return Problem(bad.StatusCode, bad.Message);
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or IOException or InvalidOperationException)
        {
            // The device asks again.
            EnrolmentLog.NotAnswered(log, failure.Message);
            return Problem(StatusCodes.Status503ServiceUnavailable, "The sink cannot answer now; ask again later.");
        }
    }

    private static FileContentHttpResult RevocationList(EnrolmentKeys keys, IEventStore store, TimeProvider time)
    {
        var revoked = store.Enrolled.RevokedCertificates(time.GetUtcNow());
        var list = keys.Authority.RevocationList(
            revoked.Select(one => (Convert.FromHexString(one.SerialNumber), one.RevokedAt!.Value)), RevocationListLifetime);
        return TypedResults.Bytes(list, "application/pkix-crl");
    }

    private static bool IsOurs(HttpContext context) =>
        context.Request.Path == EnrolmentRequest.Path || context.Request.Path == AuthorityPath || context.Request.Path == RevocationPath;

    private static PartitionedRateLimiter<HttpContext> Limiter(TokenBucketRateLimiterOptions bucket, Func<HttpContext, IPAddress> keyOf) =>
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => IsOurs(context)
            ? RateLimitPartition.GetTokenBucketLimiter(keyOf(context), _ => bucket)
            : RateLimitPartition.GetNoLimiter(IPAddress.None));

    private static TokenBucketRateLimiterOptions Bucket(int burst, int perSecond) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status, title: "Not enrolled");
}
