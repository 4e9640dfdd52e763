namespace SocialCredit.Edge.Contract;

/// <summary>The words that stand for enum values in a record's JSON.</summary>
internal static class WireNames
{
    private static readonly string[] Statuses = ["ok", "low", "lost", "off"];
    private static readonly string[] Profiles = ["standard", "strict", "demo"];

    public static string Of(RecordStatus status) => Statuses[(int)status];

    public static string Of(PrivacyProfile profile) => Profiles[(int)profile];

    public static bool TryStatus(ReadOnlySpan<char> word, out RecordStatus status)
    {
        var index = IndexOf(Statuses, word);
        status = (RecordStatus)Math.Max(index, 0);
        return index >= 0;
    }

    public static bool TryProfile(ReadOnlySpan<char> word, out PrivacyProfile profile)
    {
        var index = IndexOf(Profiles, word);
        profile = (PrivacyProfile)Math.Max(index, 0);
        return index >= 0;
    }

    private static int IndexOf(string[] words, ReadOnlySpan<char> word)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (word.SequenceEqual(words[i]))
                return i;
        }

        return -1;
    }
}
