namespace SocialCredit.Edge.Operation;

/// <summary>Whether a stream of ours ends in the journal: systemd.exec(5), <c>$JOURNAL_STREAM</c>, device and inode of the socket.</summary>
internal static class Journal
{
    /// <param name="descriptor">1 for the standard output, 2 for the standard error.</param>
    public static bool Has(int descriptor) =>
        Environment.GetEnvironmentVariable("JOURNAL_STREAM")?.Split(':') is [_, { Length: > 0 } inode]
        && NameOf(descriptor)?.EndsWith($":[{inode}]", StringComparison.Ordinal) == true;

    /// <summary>Such as <c>socket:[12345]</c>.</summary>
    private static string? NameOf(int descriptor)
    {
        try
        {
            return new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
