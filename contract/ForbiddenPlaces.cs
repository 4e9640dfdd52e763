using System.Collections.Frozen;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// Places that are never scored, whatever a policy says: to score a small group is to score its members (Regulation (EU)
/// 2024/1689, Article 5(1)(c)). Found by the words of a name, so it catches a mistake and not an intent.
/// </summary>
public static class ForbiddenPlaces
{
    private static readonly FrozenDictionary<string, string> KindOfWord = Words(
        ("a dwelling", "home apartment apartments flat flats dwelling residence doorstep frontdoor wohnung wohnhaus haustuer appartement vivienda"),
        ("a place of worship", "church chapel cathedral mosque synagogue temple shrine gurdwara monastery kirche moschee synagoge tempel eglise mosquee iglesia mezquita"),
        ("a clinic", "clinic hospital surgery doctor doctors hospice klinik krankenhaus arztpraxis hopital clinique hospitale clinica"),
        ("a union", "union unions gewerkschaft syndicat sindicato sindacato"),
        ("a shelter", "shelter refuge asylum hostel frauenhaus obdach notunterkunft asyl refugio foyer"));

    /// <summary>After these a word is a street's name: <c>church-street-north</c>.</summary>
    private static readonly FrozenSet<string> StreetWords =
        "street road square lane avenue way place hill bridge park strasse weg platz allee gasse bruecke rue place avenue calle plaza via".Split(' ').ToFrozenSet();

    /// <summary>What the name says that must not be scored, such as "a clinic"; null if it says nothing of the kind.</summary>
    /// <param name="name">Of a zone or a site, its words joined by <c>-</c>.</param>
    public static string? KindOf(string name)
    {
        var words = name.Split('-');
        for (var i = 0; i < words.Length; i++)
        {
            var isStreet = i + 1 < words.Length && StreetWords.Contains(words[i + 1]);
            if (!isStreet && KindOfWord.TryGetValue(words[i], out var kind))
                return kind;
        }

        return null;
    }

    private static FrozenDictionary<string, string> Words(params (string Kind, string Words)[] kinds) =>
        kinds.SelectMany(kind => kind.Words.Split(' ').Select(word => KeyValuePair.Create(word, kind.Kind))).ToFrozenDictionary();
}
