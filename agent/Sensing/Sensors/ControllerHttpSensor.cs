using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Sensing.Sensors;

/// <summary>The phase of a signal, asked of its controller over HTTP. A change is dated when the answer came.</summary>
internal sealed class ControllerHttpSensor(ControllerHttpSensor.Options options) : IController
{
    public sealed record Options : ControllerOptions, IValidatableObject
    {
        /// <summary>Such as <c>http://192.0.2.30/phases</c>.</summary>
        [Required]
        public required string Url { get; init; }

        /// <summary>Between two questions; a change is seen late by up to this.</summary>
        [Range(50, 60_000)]
        public int PollMilliseconds { get; init; } = 250;

        public override (string Host, int Port) Partner => (new Uri(Url).DnsSafeHost, new Uri(Url).Port);

        internal override IController Create() => new ControllerHttpSensor(this);

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            var isHttp = Uri.TryCreate(Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
            if (!isHttp || url!.UserInfo.Length > 0)
                yield return new ValidationResult("It must be an address such as http://192.0.2.30/phases, without a user name in it.", [nameof(Url)]);
            if (PollMilliseconds >= StaleSeconds * 1000)
                yield return new ValidationResult("It must be shorter than staleSeconds.", [nameof(PollMilliseconds)]);
        }
    }

    public async Task RunAsync(PhaseWatch watch, TimeProvider time, CancellationToken cancellationToken)
    {
        // No redirection and no proxy: who answers for the signal is whoever the configuration names.
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        using var client = new HttpClient(handler) { MaxResponseContentBufferSize = PhaseReader.BytesMax, Timeout = Timeout.InfiniteTimeSpan };
        while (!cancellationToken.IsCancellationRequested)
        {
            await AskAsync(client, watch, time, cancellationToken);
            watch.Check(time.GetUtcNow());
            await Task.Delay(TimeSpan.FromMilliseconds(options.PollMilliseconds), time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskAsync(HttpClient client, PhaseWatch watch, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.StaleSeconds), time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var answer = await client.GetAsync(new Uri(options.Url), end.Token);
            if (answer.IsSuccessStatusCode)
                watch.Hear(await answer.Content.ReadAsByteArrayAsync(end.Token), time.GetUtcNow());
            else
                watch.Fail($"It answers {(int)answer.StatusCode}.");
        }
        catch (OperationCanceledException)
        {
            watch.Fail("It does not answer.");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            watch.Fail($"{broken.Message}");
        }
    }
}
