namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>One served city for all tests of a class: they only read.</summary>
public sealed class ServedCity : IAsyncLifetime
{
    internal ServedSink Sink { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Sink = await ServedSink.StartAsync(TestCity.Fill);

    public ValueTask DisposeAsync() => Sink.DisposeAsync();
}
