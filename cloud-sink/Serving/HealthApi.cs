using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>How each device is. Public like all that is served here: there is nothing in it but the machine.</summary>
internal static class HealthApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/devices/{device}/health", Health).WithTags("Devices")
            .WithSummary("How the device is: its last report, how fresh it is, and what to do.")
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static Results<Ok<HealthAnswer>, ProblemHttpResult> Health(string device, IEventStore store, DeviceDesk desk, TimeProvider time)
    {
        var stored = desk.Health(device);
        if (!Names.IsValid(device) || (stored is null && store.Manifests(device).Count == 0))
            return TypedResults.Problem("No such device was ever heard; /api/devices lists those that were.", statusCode: StatusCodes.Status404NotFound, title: "Unknown device");
        var view = DeviceHealthView.Of(device, stored, time.GetUtcNow());
        var report = view.Report is null ? (JsonElement?)null : JsonSerializer.Deserialize<JsonElement>(stored!.Signed.Payload.Span);
        return TypedResults.Ok(new HealthAnswer(device, view.State, report, view.FirstAt, view.ToDo));
    }
}

/// <summary>How a device is.</summary>
internal sealed record HealthAnswer(
    string Device,
    [property: Description("ok, attention, or unknown: no report of the last two hours.")] string State,
    [property: Description("Its last report in the words of health-report.schema.json; null where none came.")] JsonElement? Report,
    [property: Description("When the report first came here.")] DateTimeOffset? FirstAt,
    [property: Description("What each word of attention means and what to do.")] IReadOnlyList<string> ToDo);
