using System.Data.Common;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// Looks for changed grades and tells each webhook: a POST of JSON, signed as Standard Webhooks has it (https://www.standardwebhooks.com), so that
/// its libraries can check it. Any number of sinks may do so: the store says who notes a change and who sends it.
/// </summary>
internal sealed class WebhookSending(IEventStore store, ScoreBook book, TimeProvider time, ILogger<WebhookSending> log) : BackgroundService
{
    public const string SecretPrefix = "whsec_";

    // Each may take 10 s, and all must be over before another sink takes the last of them again: a minute, see WebhookTables.
    public const int AtOnce = 5;

    private const int ChangesAtOnce = 1000, OutcomeLengthMax = 200;

    private static readonly TimeSpan SendInterval = TimeSpan.FromSeconds(2), LookInterval = TimeSpan.FromSeconds(30);

    private readonly WebhookTables _tables = new(store.Database);

    /// <summary>The header <c>webhook-signature</c>: HMAC-SHA256 of number, time and body under the secret.</summary>
    public static string Sign(string secret, string id, long at, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(secret[SecretPrefix.Length..]), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at}.{body}"))));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var client = WebhookDoor.Open();
        using var timer = new PeriodicTimer(SendInterval, time);
        var lookedAt = time.GetTimestamp();
        do
        {
            try
            {
                if (time.GetElapsedTime(lookedAt) >= LookInterval)
                {
                    lookedAt = time.GetTimestamp();
                    LookAround();
                    _tables.Forget(time.GetUtcNow());
                }

                while (_tables.Take(time.GetUtcNow(), AtOnce) is { Count: > 0 } taken)
                {
                    foreach (var delivery in taken)
                        await SendAsync(client, delivery, stoppingToken);
                }
            }
            catch (DbException failure)
            {
                ServingLog.GradesNotRead(log, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Notes what has changed since it was last told.</summary>
    public void LookAround()
    {
        var (now, policy) = (time.GetUtcNow(), book.Policy.Policy.Id);
        if (!_tables.NoteNew(policy, now))
            return;
        foreach (var zone in _tables.Changed(policy, ChangesAtOnce))
        {
            _tables.Note(zone.Zone, zone.Grade, before =>
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{zone.Zone}_{now.ToUnixTimeMilliseconds()}");
                return (id, JsonSerializer.Serialize(
                    new GradeMessage("grade.changed", id, zone.Zone, zone.Site, before, zone.Grade, zone.Score, zone.HalfWidth, zone.Day, policy), JsonSerializerOptions.Web));
            }, now);
        }
    }

    private async Task SendAsync(HttpClient client, WebhookDelivery delivery, CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Hook.Url)
        {
            Content = new StringContent(delivery.Body, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("webhook-id", delivery.Id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", Sign(delivery.Hook.Secret, delivery.Id, at.ToUnixTimeSeconds(), delivery.Body));
        WebhookDoor.Allow(request, delivery.Hook.AllowsPrivate);
        string reason;
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.IsSuccessStatusCode)
            {
                _tables.Done(delivery, "delivered", time.GetUtcNow());
                return;
            }

            reason = string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}");
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            reason = failure is HttpRequestException ? failure.GetBaseException().Message : "it did not answer within 10 s";
        }

        Fail(delivery, Redactor.Clean(reason));
    }

    private void Fail(WebhookDelivery delivery, string reason)
    {
        reason = reason.Length > OutcomeLengthMax ? reason[..OutcomeLengthMax] : reason;
        if (time.GetUtcNow() - delivery.MadeAt >= WebhookTables.GivenUpAfter)
        {
            _tables.Done(delivery, $"given up: {reason}", time.GetUtcNow());
            ServingLog.GivenUp(log, delivery.Hook.Id, reason);
            return;
        }

        _tables.Failed(delivery, reason);
        ServingLog.NotDelivered(log, delivery.Hook.Id, reason, delivery.NextAt);
    }
}

/// <summary>What a webhook is told.</summary>
internal sealed record GradeMessage(
    string Type, string Id, string Zone, string Site, string From, string To, double Score, double HalfWidth, DateOnly Day, string Policy);
