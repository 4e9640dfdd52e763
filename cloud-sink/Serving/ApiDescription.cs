using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>: what no handler says by itself, which is what holds for all of them, and examples.</summary>
internal static class ApiDescription
{
    private const string ByKey = "key", ByCertificate = "certificate", ByToken = "token";

    private const string Words = """
        Scores of places over time, never of persons. Reading needs no account.

        Every answer to GET carries a strong ETag of its bytes; ask again with If-None-Match. HEAD works wherever GET does, but for /api/live. Answers are
        compressed if asked for. Lists come in pages: the next is in the header Link. Pages of any origin may read (CORS: GET and HEAD, without credentials) and none may write.
        How often one address may ask is limited: 429 says in Retry-After when to come back. Every fault is application/problem+json (RFC 9457); bad parameters are named in errors.
        """;

    /// <summary>What stands in the examples, and in the parameters of the test that calls every path.</summary>
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["zone"] = "crossing-north",
        ["device"] = "edge-01",
        ["site"] = "plaza-7",
        ["id"] = "p-2026.3",
        ["week"] = "2026-W47",
        ["receipt"] = "7K3Q-0M9X-2VBD-H5TN",
        ["number"] = "1",
        ["asOf"] = "2026-11-22",
        ["since"] = "2026-11-01",
        ["days"] = "28",
        ["limit"] = "100",
        ["grade"] = "C",
        ["behaviour"] = "red_crossing",
        ["sort"] = "score",
        ["text"] = "linden",
        ["$top"] = "10",
        ["$skip"] = "0",
        ["$count"] = "true",
    };

    private static readonly Dictionary<Type, object> Samples = new()
    {
        [typeof(ZoneView)] = new ZoneView("crossing-north", "plaza-7", false, 52.4, 6.13, "C", new DateOnly(2026, 11, 22)),
        [typeof(TrendView)] = new TrendView(new DateOnly(2026, 11, 22), 52.4, 6.13, "C"),
        [typeof(BehaviourView)] = new BehaviourView("red_crossing", "bad", 12, 4, 5.6, 0.8, -4.8),
        [typeof(MeasureView)] = new MeasureView("red_crossing", "bad", 12, 4, "Enters the carriageway more than 2.0 s after the signal turned red and crosses at least half of its width."),
        [typeof(WeekView)] = new WeekView("2026-W47", new DateOnly(2026, 11, 16), new DateOnly(2026, 11, 22), false, "/api/rows/2026-W47.csv", "/api/rows/2026-W47.parquet"),
        [typeof(AuditHeadView)] = new AuditHeadView(12, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        [typeof(ContestOpening)] = new ContestOpening("crossing-north", "red_crossing", "camera-wrong", "The signal was out of order all week."),
        [typeof(ContestReceipt)] = new ContestReceipt("7K3Q-0M9X-2VBD-H5TN", 1, "/api/contests/receipt/7K3Q-0M9X-2VBD-H5TN"),
        [typeof(OperatorApi.Measurement)] = new OperatorApi.Measurement("red_crossing", 47, 2, 5),
        [typeof(OperatorApi.Decision)] = new OperatorApi.Decision("exclude", null, new DateOnly(2026, 11, 2), new DateOnly(2026, 11, 6)),
        [typeof(OperatorApi.Approval)] = new OperatorApi.Approval(["crossing-north"], "3q2-7wXk1J5m0pQ9sT2uV4yZ8aB6cD0eF1gH3iJ5kL7"),
    };

    public static void AddServices(IServiceCollection services, HttpOptions http) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "SocialCredit.Edge sink";
            document.Info.Description = Words;
            document.Servers = [];
            if (http.Operators is not null)
                AddSchemes(document, http.Operators);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Complete(operation, context);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (Samples.TryGetValue(context.JsonTypeInfo.Type, out var sample))
                schema.Examples = [JsonSerializer.SerializeToNode(sample, context.JsonTypeInfo)!];
            return Task.CompletedTask;
        });
    });

    private static void AddSchemes(OpenApiDocument document, OperatorOptions operators)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [ByKey] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of sink key add with the scope operate." },
            [ByCertificate] = new OpenApiSecurityScheme { Type = SecuritySchemeType.MutualTLS, Description = "A certificate of the sink's own authority that sink key add --certificate has let in." },
        };
        if (operators.Authority is { } authority)
        {
            document.Components.SecuritySchemes[ByToken] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.OpenIdConnect,
                OpenIdConnectUrl = new Uri($"{authority.TrimEnd('/')}/.well-known/openid-configuration"),
                Description = $"A token for {operators.Audience} with {operators.Role} in {operators.RoleClaim}.",
            };
        }
    }

    private static void Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.RelativePath!.StartsWith(SensorThingsApi.Path[1..], StringComparison.Ordinal) && !context.Description.RelativePath.EndsWith("')", StringComparison.Ordinal))
            AddOptions(operation);
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (Examples.TryGetValue(parameter.Name ?? "", out var example))
                parameter.Example = JsonValue.Create(example);
            if (parameter.Name is "limit" or "days" or "$top" or "$skip" or "number")
                Number(parameter, example);
        }

        operation.Responses ??= [];
        var isRead = string.Equals(context.Description.HttpMethod, HttpMethods.Get, StringComparison.OrdinalIgnoreCase);
        if (isRead)
        {
            operation.Responses.TryAdd("304", new OpenApiResponse { Description = "What was asked for has the tag that was sent in If-None-Match." });
            operation.Responses.TryAdd("406", Problem("Nothing is here that Accept takes."));
        }
        else
        {
            operation.Responses.TryAdd("413", Problem("The body is too long."));
            operation.Responses.TryAdd("415", Problem("The body is not application/json."));
        }

        operation.Responses.TryAdd("429", Problem("Too often; Retry-After says when to come back."));
        if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
            return;
        operation.Responses.TryAdd("401", Problem("Nobody said who it is, or it does not hold."));
        operation.Responses.TryAdd("403", Problem("This key or token may not do this, or it came in plain text over a network."));
        operation.Security = [.. new[] { ByKey, ByCertificate, ByToken }.Where(name => context.Document?.Components?.SecuritySchemes?.ContainsKey(name) != false && (name != ByToken || HasToken(context)))
            .Select(name => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(name, context.Document)] = [] })];
    }

    private static bool HasToken(OpenApiOperationTransformerContext context) =>
        context.ApplicationServices.GetRequiredService<SinkOptions>().Http.Operators?.Authority is not null;

    private static void AddOptions(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        foreach (var (name, words) in (ReadOnlySpan<(string, string)>)[("$top", "How many, 0 to 500; 100 without it."), ("$skip", "How many are passed over."), ("$count", "true says how many there are."), ("$filter", "Comparisons joined by and.")])
            operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = words, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
    }

    private static void Number(OpenApiParameter parameter, string? example)
    {
        parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer };
        if (example is not null)
            parameter.Example = JsonValue.Create(int.Parse(example, CultureInfo.InvariantCulture));
    }

    private static OpenApiResponse Problem(string words) => new()
    {
        Description = words,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/problem+json"] = new OpenApiMediaType { Example = new JsonObject { ["title"] = words } },
        },
    };
}
