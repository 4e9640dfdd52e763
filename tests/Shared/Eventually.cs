namespace SocialCredit.Edge.Tests;

/// <summary>Waits for something that another task or process brings about. The limit only ends a test that hangs.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, limit);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        using var end = new CancellationTokenSource(limit ?? Limit);
        while (!await condition())
        {
            if (end.IsCancellationRequested)
                Assert.Fail($"It did not happen: {what}.");
            await Task.Delay(Interval);
        }
    }
}
