using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SocialCredit.Edge.Host.Staging;

/// <summary>
/// A policy that a command set. It stands in for the policy's file as long as that is the one that it replaced: whichever was changed
/// last counts.
/// </summary>
internal sealed class SetPolicy(string stateFolder)
{
    private readonly string _textPath = Path.Combine(stateFolder, "configurations", "set-policy.yaml");
    private readonly string _notePath = Path.Combine(stateFolder, "configurations", "set-policy.json");

    /// <summary>For who watches for a change.</summary>
    public string FilePath => _notePath;

    /// <summary>The policy in force: the set one, or the file's text, with the command that set it.</summary>
    /// <param name="fileText">What stands in the policy's file.</param>
    public (string Text, long Command) InForce(string fileText)
    {
        try
        {
            if (!File.Exists(_notePath))
                return (fileText, 0);
            var note = JsonSerializer.Deserialize(File.ReadAllBytes(_notePath), StateJson.Default.SetPolicyNote);
            var text = Configuration.ConfigurationTexts.ReadText(_textPath);
            // Another text than the note's: the power went between the two.
            return note is not null && note.Replaces == Sha256Of(fileText) && note.Sha256 == Sha256Of(text) ? (text, note.Command) : (fileText, 0);
        }
        catch (Exception damaged) when (damaged is JsonException or IOException or UnauthorizedAccessException)
        {
            return (fileText, 0);
        }
    }

    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Set(string text, string fileText, long command)
    {
        StateFile.Write(_textPath, Encoding.UTF8.GetBytes(text));
        var note = new SetPolicyNote(Sha256Of(text), Sha256Of(fileText), command);
        StateFile.Write(_notePath, JsonSerializer.SerializeToUtf8Bytes(note, StateJson.Default.SetPolicyNote));
    }

    /// <summary>The policy's file counts again.</summary>
    public void Clear()
    {
        File.Delete(_notePath);
        File.Delete(_textPath);
    }

    public static string Sha256Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <param name="Sha256">Of the policy that was set.</param>
/// <param name="Replaces">Of the file that it replaced.</param>
/// <param name="Command">Which command set it.</param>
internal sealed record SetPolicyNote(string Sha256, string Replaces, long Command);
