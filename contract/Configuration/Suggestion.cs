namespace SocialCredit.Edge.Configuration;

/// <summary>Finds the word that somebody meant.</summary>
internal static class Suggestion
{
    /// <summary>"Did you mean ...? Known keys: ..." with the closest of the known words, if one is close.</summary>
    public static string For(string written, IEnumerable<string> words, string label)
    {
        var known = words.ToArray();
        if (known.Length == 0)
            return "Remove it.";
        var list = $"{label}: {string.Join(", ", known)}.";
        return Closest(written, known) is { } meant ? $"Did you mean \"{meant}\"? {list}" : list;
    }

    /// <summary>Null if nothing is within a third of its length. Case, <c>_</c> and <c>-</c> do not count.</summary>
    public static string? Closest(string written, IEnumerable<string> known)
    {
        var plain = Plain(written);
        if (plain.Length > 64)
            return null;
        return known
            .Select(word => (word, distance: Distance(plain, Plain(word))))
            .Where(c => c.distance <= Math.Max(1, Plain(c.word).Length / 3))
            .OrderBy(c => c.distance)
            .Select(c => c.word)
            .FirstOrDefault();
    }

    /// <summary>Lower case without <c>_</c> and <c>-</c>.</summary>
    public static string Plain(string word) =>
        word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Letters to insert, remove, replace or swap with their neighbour (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                var best = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                table[i, j] = isSwap ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
            }
        }

        return table[a.Length, b.Length];
    }
}
