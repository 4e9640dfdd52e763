using System.Text.RegularExpressions;
using System.Xml.Linq;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Web;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Web;

/// <summary>All that the pages say stands in one resource, so that it can be said in another language.</summary>
public sealed partial class TextTests
{
    private static readonly string Folder = Path.Combine(TestPaths.Root, "cloud-sink", "Web");

    /// <summary>Commands that are typed are the same in every language.</summary>
    private static readonly string[] Typed = ["sink score --rows rows.csv --policy policy.yaml --as-of", "sink manifest verify manifest.json", "XXXX-XXXX-XXXX-XXXX"];

    /// <summary>Beginnings of keys whose ends come from a value.</summary>
    private static readonly HashSet<string> Begun = [.. Pages().SelectMany(page => Beginning().Matches(page.Text)).Select(match => match.Groups["key"].Value)];

    private static readonly HashSet<string> Said = [.. XDocument.Load(Path.Combine(Folder, "Texts.resx")).Descendants("data").Select(data => data.Attribute("name")!.Value)];

    [Fact]
    public void No_page_has_a_text_of_its_own() => Assert.Empty(Pages().SelectMany(page => Literals(page.Text).Select(text => $"{page.Name}: {text}")));

    [Theory]
    [InlineData("<p>Hello</p>", "Hello")]
    [InlineData("<p class=\"lead\">@T[\"a.b\"] or</p>", "or")]
    [InlineData("<img alt=\"A code\">", "A code")]
    [InlineData("<svg aria-label=\"Trend of @Name\"></svg>", "Trend of")]
    [InlineData("<option value=\"a\">Best first</option>", "Best first")]
    public void A_planted_text_is_seen(string razor, string text) => Assert.Equal([text], Literals(razor));

    [Fact]
    public void Every_text_that_is_asked_for_is_there_and_every_one_that_is_there_is_asked_for()
    {
        var asked = Pages().Concat(Code()).SelectMany(page => Key().Matches(page.Text)).Select(match => match.Groups["key"].Value).ToHashSet();

        Assert.DoesNotContain(asked, key => !Said.Contains(key) && !Begun.Contains(key));
        Assert.DoesNotContain(Said, key => !asked.Contains(key) && !Begun.Any(begun => key.StartsWith(begun, StringComparison.Ordinal)));
        Assert.All(Begun, begun => Assert.Contains(Said, key => key.StartsWith(begun, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_value_that_a_page_can_name_has_a_text()
    {
        Assert.All(Enum.GetValues<Grade>(), grade => Assert.Superset(Set($"key.meaning.{grade}", $"key.range.{grade}"), Said));
        Assert.All(Enum.GetValues<HealthTrouble>().Where(trouble => trouble != HealthTrouble.None), trouble => Assert.Contains($"trouble.{trouble}", Said));
        Assert.All(Enum.GetValues<DeviceState>(), state => Assert.Contains($"device.state.{state}", Said));
        Assert.All(Enum.GetValues<ContestReason>(), reason => Assert.Contains($"contest.reason.{ContestDesk.WordOf(reason)}", Said));
        Assert.All(Enum.GetValues<ContestState>(), state => Assert.Contains($"contest.state.{ContestDesk.WordOf(state)}", Said));
        Assert.All(Enum.GetValues<ContestOutcome>(), outcome => Assert.Contains($"contest.outcome.{ContestDesk.WordOf(outcome)}", Said));
        Assert.All(Enum.GetValues<AuditKind>(), kind => Assert.Contains($"audit.kind.{AuditEntry.WordOf(kind)}", Said));
        Assert.All(Enum.GetValues<PolicyRole>(), role => Assert.Contains($"policy.role.{PolicyTables.WordOf(role)}", Said));
        Assert.All(Enum.GetValues<PlaceOrder>(), order => Assert.Contains($"filter.order.{PlaceQuery.Word(order)}", Said));
    }

    private static HashSet<string> Set(params string[] keys) => [.. keys];

    private static IEnumerable<(string Name, string Text)> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Folder, "Components"), "*.razor").Order().Select(path => (Path.GetFileName(path), File.ReadAllText(path)));

    private static IEnumerable<(string Name, string Text)> Code() =>
        Directory.EnumerateFiles(Folder, "*.cs").Select(path => (Path.GetFileName(path), File.ReadAllText(path)));

    /// <summary>Words between tags and in attributes that are read out or shown, C# apart.</summary>
    private static IEnumerable<string> Literals(string razor)
    {
        var markup = Statement().Replace(CodeBlock().Replace(RazorComment().Replace(razor, ""), ""), "");
        markup = Nested().Replace(Nested().Replace(markup, "#"), "#");
        foreach (Match attribute in Spoken().Matches(markup))
        {
            if (Words(attribute.Groups["text"].Value) is { } said)
                yield return said;
        }

        foreach (var text in Tag().Split(markup))
        {
            if (Words(text) is { } said)
                yield return said;
        }
    }

    private static string? Words(string text)
    {
        var plain = Expression().Replace(text, " ").Trim();
        plain = Typed.Aggregate(plain, (left, typed) => left.Replace(typed, "", StringComparison.Ordinal)).Trim();
        return Letter().IsMatch(plain) ? plain : null;
    }

    [GeneratedRegex(@"^@code \{.*", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RazorComment();

    // Lines of C# between lines of markup.
    [GeneratedRegex(@"^\s*(@?(if|foreach|for|else|switch)\b.*|@(using|inject|namespace)\b.*|var .*;|[{}]|@\{)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Statement();

    // What stands in brackets is C#, two deep.
    [GeneratedRegex(@"(?<=@[\w.]*(\[[^\[\]]*\])?[\w.?!]*)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|(?<=@[\w.]*)\[[^\[\]]*(\[[^\[\]]*\][^\[\]]*)*\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Nested();

    [GeneratedRegex(@"(?:\b(?:alt|aria-label|title|placeholder|Title|Lead|Description)|data-label)=""(?<text>[^""]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Spoken();

    [GeneratedRegex(@"<[^<>]*>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"@[\w.#?!\[\]]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expression();

    [GeneratedRegex(@"\p{L}{2}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Letter();

    [GeneratedRegex(@"(?<!=)""(?<key>[a-z]+(\.[A-Za-z_-]+)+)""(?!\s*\+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"""(?<key>[a-z]+(\.[a-z-]+)*\.)"" \+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Beginning();
}
