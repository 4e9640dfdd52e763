using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// Who may write: a key or a certificate of <c>sink key add</c>, or a token of the issuer that the configuration names. Whoever it is is known
/// by the name of a key or by a role, never by a person's.
/// </summary>
internal static class OperatorAccess
{
    /// <summary>The policy of authorization of all that writes.</summary>
    public const string Operate = "operate";

    // Ours alone: what an issuer writes under these names is taken away.
    private const string Actor = "sink-actor", Scope = "sink-scope";

    private const string KeyScheme = "Key", Chooser = "Chooser";

    /// <summary>Tokens signed by a secret that both sides know, or by nothing, are refused whatever they say.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    public static void AddServices(IServiceCollection services, HttpOptions http)
    {
        services.AddSingleton<KeyBook>();
        services.AddAuthorization(options => options.AddPolicy(Operate, policy => policy.RequireClaim(Scope, ApiKey.Operate)));
        var authentication = services.AddAuthentication(Chooser)
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyScheme, null)
            .AddPolicyScheme(Chooser, null, options => options.ForwardDefaultSelector = context =>
                http.Operators?.Authority is not null && TokenOf(context.Request) is { } token && !KeyBook.IsKey(token)
                    ? JwtBearerDefaults.AuthenticationScheme
                    : KeyScheme);
        if (http.Operators is not { Authority: { } authority, Audience: { } audience } operators)
            return;
        authentication.AddJwtBearer(options =>
        {
            options.Authority = authority;
            options.RequireHttpsMetadata = !new Uri(authority).IsLoopback;
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidAudience = audience,
                ValidAlgorithms = Algorithms,
                RequireExpirationTime = true,
                RequireSignedTokens = true,
                ClockSkew = TimeSpan.FromMinutes(1),
            };
            options.Events = new JwtBearerEvents { OnTokenValidated = validated => Grant(validated, operators) };
        });
    }

    /// <summary>
    /// Over TLS, or from this machine without a proxy between: a key is never taken in plain text from a network. A form of another site
    /// cannot write with a certificate that the browser holds, because only JSON is taken.
    /// </summary>
    public static ValueTask<object?> RequireSafeWay(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var (connection, request) = (invocation.HttpContext.Connection, invocation.HttpContext.Request);
        var isHere = connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !request.Headers.ContainsKey("X-Forwarded-For") && !request.Headers.ContainsKey("Forwarded");
        if (!request.HasJsonContentType() && !HttpMethods.IsGet(request.Method))
            return ValueTask.FromResult<object?>(TypedResults.Problem("The body must be application/json, {} where there is nothing to say.", statusCode: StatusCodes.Status415UnsupportedMediaType));
        invocation.HttpContext.Response.Headers.CacheControl = "no-store";
        if (request.IsHttps || isHere)
            return next(invocation);
        return ValueTask.FromResult<object?>(TypedResults.Problem(
            "Keys and tokens are taken over TLS only, or from this machine. Use http.tls, or name the reverse proxy in http.proxy. What you sent has gone over the network in plain text: replace it.",
            statusCode: StatusCodes.Status403Forbidden, title: "Not over plain HTTP"));
    }

    /// <summary>How the audit log calls whoever this is: <c>key:NAME</c>, <c>certificate:NAME</c>, <c>token:ROLE</c> with the issuer's key.</summary>
    public static string ActorOf(ClaimsPrincipal who) =>
        who.FindFirstValue(Actor) ?? throw new InvalidOperationException("Only what was let in may write.");

    /// <summary>The name of a key or certificate that counts, or null: such have an allowance of their own.</summary>
    public static string? KeyOf(ClaimsPrincipal who) => who.FindFirstValue(Scope) is null ? null : who.FindFirstValue(Actor);

    private static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        const string bearer = "Bearer ";
        return header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) ? header[bearer.Length..].Trim() : null;
    }

    // The role, and the key with which the issuer signed: of the person nothing is kept.
    private static Task Grant(TokenValidatedContext validated, OperatorOptions operators)
    {
        var identity = (ClaimsIdentity)validated.Principal!.Identity!;
        foreach (var forged in identity.FindAll(claim => claim.Type is Scope or Actor).ToList())
            identity.RemoveClaim(forged);
        if (!identity.HasClaim(operators.RoleClaim, operators.Role))
            return Task.CompletedTask;
        identity.AddClaim(new Claim(Scope, ApiKey.Operate));
        identity.AddClaim(new Claim(Actor, $"token:{operators.Role}:{validated.SecurityToken.SigningKey?.KeyId}"));
        return Task.CompletedTask;
    }

    private sealed class KeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, KeyBook book)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
    {
        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var token = TokenOf(Request);
            var certificate = token is null ? await Context.Connection.GetClientCertificateAsync() : null;
            if (token is null && certificate is null)
                return AuthenticateResult.NoResult();
            var key = token is not null ? book.Find(token) : book.Find(certificate!);
            if (key is null)
                return AuthenticateResult.Fail("It is not known, or has expired.");
            var kind = key.Kind == ApiKeyKind.Secret ? "key" : "certificate";
            var claims = key.Scopes.Select(scope => new Claim(Scope, scope)).Append(new Claim(Actor, $"{kind}:{key.Id}"));
            return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name)), Scheme.Name));
        }

        protected override Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            Response.Headers.WWWAuthenticate = "Bearer";
            return Task.CompletedTask;
        }
    }
}
