using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Configuration;

/// <summary>
/// Makes secrets unreadable in any text that leaves a program: every secret that was ever revealed to it, and whatever looks like
/// one. The only place that does so; every log, page and reason goes through it.
/// </summary>
public static partial class Redactor
{
    /// <summary>Stands where a secret stood.</summary>
    public const string Mark = "***";

    /// <summary>A secret that changes every hour is remembered for ten days.</summary>
    private const int SecretsMax = 256;

    /// <summary>A shorter one is also a part of common words, and is hidden only where it stands alone.</summary>
    private const int LengthMin = 4;

    private static readonly Lock Gate = new();
    private static readonly List<string> Learned = [];

    // The longer first: one may be part of another.
    private static volatile string[] _secrets = [];

    /// <summary>From now on this text is hidden, also as it stands in an address, and each line of it.</summary>
    public static void Learn(string secret)
    {
        string[] lines = [secret, .. secret.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length >= LengthMin)];
        var forms = lines.SelectMany(line => (string[])[line, Uri.EscapeDataString(line), Uri.EscapeDataString(line).Replace("'", "%27")])
            .Where(form => form.Length > 0).Distinct();
        lock (Gate)
        {
            foreach (var form in forms.Where(form => !Learned.Contains(form)))
                Learned.Add(form);
            Learned.RemoveRange(0, Math.Max(0, Learned.Count - SecretsMax));
            _secrets = [.. Learned.OrderByDescending(form => form.Length)];
        }
    }

    /// <summary>
    /// The text without secrets: what was learned; user and password in an address; <c>password=</c>, <c>token:</c> and their kin;
    /// credentials of HTTP; private keys in PEM.
    /// </summary>
    public static string Clean(string text)
    {
        foreach (var secret in _secrets)
            text = secret.Length >= LengthMin ? text.Replace(secret, Mark, StringComparison.Ordinal) : HideWord(text, secret);
        try
        {
            text = PrivateKey().Replace(text, Mark);
            text = InAddress().Replace(text, Hide);
            text = InHeader().Replace(text, Hide);
            return InPair().Replace(text, Hide);
        }
        catch (RegexMatchTimeoutException)
        {
            return $"{Mark} ({text.Length} characters that took too long to look through)";
        }
    }

    private static string Hide(Match match) => match.Groups["key"].Value + Mark;

    private static string HideWord(string text, string secret) =>
        Regex.Replace(text, $@"(?<!\w){Regex.Escape(secret)}(?!\w)", Mark, RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\\z)",
        RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PrivateKey();

    /// <summary>RFC 3986, userinfo; up to the last @ before a space, since a password may hold what an address must not.</summary>
    [GeneratedRegex(@"(?<key>://)[^\s'""<>]*(?=@)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InAddress();

    [GeneratedRegex(@"(?<key>\b(proxy-)?authorization[""']?\s*[:=]\s*)[^\r\n]+|(?<key>\b(bearer|basic)\s+)[A-Za-z0-9+/=._~-]{16,}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InHeader();

    /// <summary>References to secrets are none, and a technician needs them.</summary>
    [GeneratedRegex(
        @"(?<key>(?<![a-z])(pass(word|wd|phrase)?|pwd|secret|token|api[_-]?key|credentials?)[""']?\s*[:=]\s*|(?<![a-z])(auth|usr|user(name)?)\s*=\s*)"
        + @"(?!\{|env:|file:|\*\*\*)(""[^""]*""|'[^']*'|[^&\s'"",;)]+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InPair();
}
