using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Capture.Sources;

/// <summary>
/// Listens to what the decoder complains about, so that its pipe never fills, and keeps the last complaint without
/// credentials.
/// </summary>
internal sealed partial class DecoderLog
{
    private const int LineLengthMax = 200;

    private readonly Func<string, string> _redact;
    private readonly Thread _listener;
    private volatile string? _lastWords;

    public DecoderLog(TextReader errors, Func<string, string> redact)
    {
        _redact = redact;
        _listener = new Thread(() => Listen(errors)) { IsBackground = true, Name = "decoder log" };
        _listener.Start();
    }

    public string? LastWords => _lastWords;

    public void WaitForEnd(int milliseconds) => _listener.Join(milliseconds);

    private void Listen(TextReader errors)
    {
        try
        {
            using var _ = errors;
            while (errors.ReadLine() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line) && !line.Contains("Impossible to open", StringComparison.Ordinal))
                    _lastWords = Clean(line);
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // The process is gone and with it what it had to say.
        }
    }

    private string Clean(string line)
    {
        line = Prefix().Replace(_redact(line), "").Trim();

        // What a camera says of itself is in it: it must not be able to speak to a terminal.
        line = string.Concat(line.Select(c => char.IsControl(c) ? '?' : c));
        return line.Length <= LineLengthMax ? line : line[..LineLengthMax];
    }

    [GeneratedRegex(@"^(\[[^\]]* @ 0x[0-9a-f]+\]\s*|pipe:0:\s*)+",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Prefix();
}
