using System.Diagnostics.CodeAnalysis;

namespace SocialCredit.Edge.Configuration;

/// <summary>
/// A secret by reference: <c>env:NAME</c>, a variable of the environment, or <c>file:/path</c>, a file of its own. Secrets
/// never stand in a configuration file, and nothing that is printed shows one.
/// </summary>
public sealed record Secret : IParsable<Secret>
{
    internal const string HowToWrite = "env:NAME for a variable of the environment, or file:/path for a file that holds it";

    private const string EnvPrefix = "env:";
    private const string FilePrefix = "file:";

    /// <summary>The largest file that is read.</summary>
    private const int FileBytesMax = 64 * 1024;

    private readonly string _reference;

    private Secret(string reference) => _reference = reference;

    /// <summary>Reads the secret now, so that a changed file is seen without a new start; without the line end behind it.
    /// From then on <see cref="Redactor"/> hides it.</summary>
    /// <exception cref="InvalidOperationException">It is not there any more; the message names where, never what.</exception>
    public string Reveal()
    {
        var secret = Find(out var problem) ?? throw new InvalidOperationException(problem);
        Redactor.Learn(secret);
        return secret;
    }

    /// <summary>The reference, never the secret.</summary>
    public override string ToString() => _reference;

    /// <summary>Makes a reference; whether anything is behind it is seen when a file is read, or at <see cref="Reveal"/>.</summary>
    /// <exception cref="FormatException">Not a reference. The message does not repeat the text, which may be a secret.</exception>
    public static Secret Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var secret)
            ? secret
            : throw new FormatException($"Secrets do not stand in this file. Write {HowToWrite}.");

    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        [MaybeNullWhen(false)] out Secret result)
    {
        var isVariable = s is { Length: > 4 } && s.StartsWith(EnvPrefix, StringComparison.Ordinal) && !s.Contains('=');
        var isFile = s is { Length: > 6 } && s.StartsWith(FilePrefix + "/", StringComparison.Ordinal);
        result = isVariable || isFile ? new Secret(s!) : null;
        return result is not null;
    }

    /// <summary>Null if there is a secret behind the reference; otherwise what is wrong and what to do.</summary>
    internal (string Problem, string Hint)? Check()
    {
        if (Find(out var problem) is not null)
            return null;
        return (problem, _reference.StartsWith(EnvPrefix, StringComparison.Ordinal)
            ? "Set it before the start, for systemd in an EnvironmentFile=."
            : "Make the file, readable by the service's user only (chmod 600).");
    }

    private string? Find(out string problem)
    {
        if (_reference.StartsWith(EnvPrefix, StringComparison.Ordinal))
        {
            var name = _reference[EnvPrefix.Length..];
            problem = $"The environment has no variable {name}, or it is empty.";
            return Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
        }

        var path = _reference[FilePrefix.Length..];
        problem = $"The file {path} is empty.";
        try
        {
            // Asked before it is opened: a pipe would wait for ever, and a device such as /dev/zero never ends. Neither has a length.
            var named = new FileInfo(path);
            var length = (named.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? named).Length;
            if (length > FileBytesMax)
                problem = $"The file {path} is larger than {FileBytesMax / 1024} KiB, which no secret is.";
            return length is > 0 and <= FileBytesMax && File.ReadAllText(path).TrimEnd('\r', '\n') is { Length: > 0 } text ? text : null;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            problem = broken is FileNotFoundException or DirectoryNotFoundException
                ? $"The file {path} does not exist."
                : $"The file {path} cannot be read.";
            return null;
        }
    }
}
