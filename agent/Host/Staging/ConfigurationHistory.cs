using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Staging;

/// <summary>
/// The configurations that were tried on this device, in <c>configurations/</c> of its state folder, with their texts: what to go back
/// to, and what not to try again. Read from the disk at each question, so that a command beside the agent is heard.
/// </summary>
internal sealed partial class ConfigurationHistory(string stateFolder, TimeProvider time, ILogger log)
{
    /// <summary>So many are kept, and the last good one always.</summary>
    public const int EntriesMax = 10;

    private readonly string _folder = Path.Combine(stateFolder, "configurations");

    public string FilePath => Path.Combine(_folder, "history.json");

    /// <summary>The newest that worked, or null.</summary>
    public HistoryEntry? LastGood => Read().FindLast(entry => entry.State == HistoryState.Good);

    public bool HasGood => LastGood is not null;

    /// <summary>Oldest first. One that cannot be read is said and counts as empty.</summary>
    public List<HistoryEntry> Read()
    {
        try
        {
            return File.Exists(FilePath) ? JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), StateJson.Default.ListHistoryEntry) ?? [] : [];
        }
        catch (Exception damaged) when (damaged is JsonException or IOException or UnauthorizedAccessException)
        {
            LogNotRead(FilePath, damaged.Message);
            return [];
        }
    }

    public HistoryEntry? Find(string sha256) => Read().Find(entry => entry.Sha256 == sha256);

    /// <summary>The texts of an entry; null where they are not there any more.</summary>
    public ConfigurationTexts? TextsOf(HistoryEntry entry)
    {
        try
        {
            return ConfigurationTexts.Read(AgentFile(entry.Number), PolicyFile(entry.Number));
        }
        catch (IOException gone)
        {
            LogNotRead(AgentFile(entry.Number), gone.Message);
            return null;
        }
    }

    /// <summary>A configuration begins its probation: on the disk before it is tried, so that a death on probation is known.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Begin(string sha256, ConfigurationTexts texts, long command)
    {
        var entries = Read();
        var number = entries.Count == 0 ? 1 : entries.Max(entry => entry.Number) + 1;
        StateFile.Write(AgentFile(number), Encoding.UTF8.GetBytes(texts.Agent));
        StateFile.Write(PolicyFile(number), Encoding.UTF8.GetBytes(texts.Policy));
        entries.RemoveAll(entry => entry.Sha256 == sha256);
        entries.Add(new HistoryEntry(number, sha256, time.GetUtcNow(), HistoryState.Probation, "", command, ProbationFacts.None));
        Write(entries);
    }

    /// <summary>It has proven itself: the newest good one from now on.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Keep(string sha256, ProbationFacts facts) =>
        Change(sha256, entry => entry with { State = HistoryState.Good, At = time.GetUtcNow(), Facts = facts });

    /// <summary>It has not.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Reject(string sha256, string why) =>
        Change(sha256, entry => entry with { State = HistoryState.Rejected, At = time.GetUtcNow(), Why = why });

    /// <summary>The agent was stopped before it was judged: it is new again at the next start.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Forget(string sha256)
    {
        var entries = Read();
        if (entries.RemoveAll(entry => entry.Sha256 == sha256 && entry.State == HistoryState.Probation) > 0)
            Write(entries);
    }

    private void Change(string sha256, Func<HistoryEntry, HistoryEntry> change)
    {
        var entries = Read();
        if (entries.Find(entry => entry.Sha256 == sha256) is not { } found)
            return;
        entries.Remove(found);
        entries.Add(change(found));
        Write(entries);
    }

    private void Write(List<HistoryEntry> entries)
    {
        var lastGood = entries.FindLast(entry => entry.State == HistoryState.Good);
        var kept = entries.Where((entry, i) => i >= entries.Count - EntriesMax || entry == lastGood).ToList();
        StateFile.Write(FilePath, JsonSerializer.SerializeToUtf8Bytes(kept, StateJson.Default.ListHistoryEntry));

        // Of every entry that is gone, those too that were tried again under another number: a device that is restarted for months tries often.
        foreach (var path in Directory.EnumerateFiles(_folder, "*.yaml"))
        {
            if (int.TryParse(Path.GetFileName(path).Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && !kept.Exists(entry => entry.Number == number))
                File.Delete(path);
        }
    }

    private string AgentFile(int number) => Path.Combine(_folder, $"{number}.edge.yaml");

    private string PolicyFile(int number) => Path.Combine(_folder, $"{number}.policy.yaml");

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} cannot be read and counts as empty: {Reason}")]
    private partial void LogNotRead(string path, string reason);
}
