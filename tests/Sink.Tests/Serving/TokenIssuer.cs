using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>An issuer of OpenID Connect on loopback: its description, its keys, and tokens as a test wants them.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    private readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "issuer-1" };
    private LoopbackServer? _server;

    public string Address => _server!.Address.ToString().TrimEnd('/');

    public static async Task<TokenIssuer> StartAsync()
    {
        var issuer = new TokenIssuer();
        issuer._server = await LoopbackServer.StartAsync(app =>
        {
            app.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, object> { ["issuer"] = issuer.Address, ["jwks_uri"] = $"{issuer.Address}/keys" });
            app.MapGet("/keys", () =>
            {
                var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(issuer._key);
                return new { keys = new[] { new { kty = "EC", crv = "P-256", use = "sig", kid = "issuer-1", x = key.X, y = key.Y } } };
            });
        });
        return issuer;
    }

    /// <summary>A token; what is wrong with it is what a test changes.</summary>
    public string Token(string role = "sink-operator", string audience = "sink", string? issuer = null, int minutes = 5, SigningCredentials? signed = null, Dictionary<string, object>? more = null)
    {
        var claims = new Dictionary<string, object>(more ?? []) { ["sub"] = "somebody@example.org", ["roles"] = new[] { role } };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            Expires = TimeProvider.System.GetUtcNow().AddMinutes(minutes).UtcDateTime,
            NotBefore = TimeProvider.System.GetUtcNow().AddHours(-1).UtcDateTime,
            Claims = claims,
            SigningCredentials = signed ?? new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();
}
