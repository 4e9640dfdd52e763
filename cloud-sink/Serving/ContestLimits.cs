using System.Threading.RateLimiting;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>How often one address may open a contest, by the form and over the API together: five, then one in ten minutes. Each is work for a person.</summary>
internal sealed class ContestLimits : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
        RateLimitPartition.GetTokenBucketLimiter(ApiLimits.AddressOf(context), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 5,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(10),
            QueueLimit = 0,
        }));

    /// <summary>Null where it may; otherwise when to come again.</summary>
    public TimeSpan? TryTake(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(10);
    }

    public void Dispose() => _limiter.Dispose();
}
