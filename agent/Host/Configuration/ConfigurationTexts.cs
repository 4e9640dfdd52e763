using System.Text;

namespace SocialCredit.Edge.Host.Configuration;

/// <summary>A configuration and its policy as they are written.</summary>
internal sealed record ConfigurationTexts(string Agent, string Policy)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="IOException">A file cannot be read, or is not UTF-8.</exception>
    public static ConfigurationTexts Read(string agentPath, string policyPath) => new(ReadText(agentPath), ReadText(policyPath));

    /// <exception cref="IOException">The file cannot be read, or is not UTF-8.</exception>
    public static string ReadText(string path)
    {
        try
        {
            return Strict.GetString(File.ReadAllBytes(path));
        }
        catch (Exception broken) when (broken is UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new IOException($"{path}: {broken.Message}", broken);
        }
    }
}
