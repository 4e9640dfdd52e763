namespace SocialCredit.Edge.Tests;

/// <summary>Waits for something that another task or process brings about. The limit only ends a test that hangs.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="lastWords">What to tell beside <paramref name="what"/> when it did not happen.</param>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? limit = null, Func<string>? lastWords = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, limit, lastWords);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null, Func<string>? lastWords = null)
    {
        using var end = new CancellationTokenSource(limit ?? Limit);
        while (!await condition())
        {
            if (end.IsCancellationRequested)
                Assert.Fail($"It did not happen: {what}. {lastWords?.Invoke()}");
            await Task.Delay(Interval);
        }
    }
}
