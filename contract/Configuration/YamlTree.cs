using System.Buffers;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SocialCredit.Edge.Configuration;

/// <summary>Makes nodes of YAML text, or refuses it with a line: syntax, size with aliases expanded, depth, tags.</summary>
internal sealed class YamlTree
{
    private const int DepthMax = 32;
    private const int NodesMax = 200_000;
    private const string SyntaxHint = "Check the indentation, the space after each colon, and that quotes and brackets are closed.";

    /// <summary>Controls of terminals, apart from tab and line ends, and what turns the direction of the text behind it.</summary>
    private static readonly SearchValues<char> NeverInValues = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(char.IsControl).Except(['\t', '\n', '\r']), .. "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069"]);

    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = [];

    private YamlTree(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>Null where the text holds no document.</summary>
    /// <exception cref="YamlFaultException">The text cannot be read.</exception>
    public static YamlNode? Read(string text)
    {
        try
        {
            return new YamlTree(text).ReadDocument();
        }
        catch (YamlException broken)
        {
            throw Explain(broken, text);
        }
    }

    private YamlNode? ReadDocument()
    {
        Expect<StreamStart>();
        if (_parser.Current is StreamEnd)
            return null;
        Expect<DocumentStart>();
        var root = ReadNode(1);
        Expect<DocumentEnd>();
        return _parser.Current is StreamEnd
            ? root
            : throw Refuse("A second document begins here.", "Keep one document in the file: remove the line \"---\".");
    }

    private YamlNode ReadNode(int depth)
    {
        if (depth > DepthMax)
            throw Refuse($"The file is nested deeper than {DepthMax} levels.", "Close what was opened.");
        if (_parser.Current is AnchorAlias alias)
            return Follow(alias, depth);
        if (_parser.Current is not NodeEvent opened)
            throw Refuse("The file ends in the middle of a value.", "Finish it.");
        if (!opened.Tag.IsEmpty && !opened.Tag.IsNonSpecific)
        {
            throw Refuse(
                $"The tag {ConfigFault.Quote(opened.Tag.Value)} is not read.",
                "Remove it. Secrets are written env:NAME or file:/path.");
        }

        YamlNode node = opened switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadSequence(depth),
            _ => ReadMapping(depth),
        };
        if (node.Size > NodesMax)
        {
            throw new YamlFaultException(
                node.Line,
                $"The file holds more than {NodesMax} values once its aliases are written out.",
                "Use fewer aliases (*name).");
        }

        if (!opened.Anchor.IsEmpty)
            _anchors[opened.Anchor.Value] = node;
        return node;
    }

    private YamlNode Follow(AnchorAlias alias, int depth)
    {
        // An anchor is known only after its own end, so that an alias can never lead into itself.
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            throw Refuse(
                $"The alias *{alias.Value.Value} has no anchor before it.",
                $"Write &{alias.Value.Value} at the value that is meant.");
        }

        if (depth + node.Depth - 1 > DepthMax)
            throw Refuse($"The file is nested deeper than {DepthMax} levels.", "Use fewer aliases (*name).");
        Next();
        return node;
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        // An escape such as "\e" writes what the text itself may not hold; from a name it would reach terminals and logs.
        if (scalar.Value.AsSpan().IndexOfAny(NeverInValues) is >= 0 and var at)
            throw Refuse($"The value holds the character U+{(int)scalar.Value[at]:X4}, which no text needs.", "Remove it.");
        Next();
        return new YamlScalar(Line(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private YamlSequence ReadSequence(int depth)
    {
        var line = Line(_parser.Current!.Start);
        var items = new List<YamlNode>();
        Next();
        while (_parser.Current is not SequenceEnd)
            items.Add(ReadNode(depth + 1));
        Next();
        return new YamlSequence(line, items);
    }

    private YamlMapping ReadMapping(int depth)
    {
        var line = Line(_parser.Current!.Start);
        var entries = new List<YamlEntry>();
        Next();
        while (_parser.Current is not MappingEnd)
        {
            if (_parser.Current is not Scalar)
                throw Refuse("A key must be a word.", "Write key: value.");
            var key = (YamlScalar)ReadNode(depth + 1);
            entries.Add(new YamlEntry(key.Text, key.Line, ReadNode(depth + 1)));
        }

        Next();
        return new YamlMapping(line, entries);
    }

    private void Expect<TEvent>() where TEvent : ParsingEvent
    {
        if (_parser.Current is null)
            Next();
        if (_parser.Current is not TEvent)
            throw Refuse("The file ends in the middle of a value.", "Finish it.");
        Next();
    }

    private void Next()
    {
        var line = _parser.Current is { } last ? Line(last.End) : 1;
        try
        {
            _parser.MoveNext();
        }
        catch (Exception unexpected) when (unexpected is InvalidOperationException or ArgumentException)
        {
            // The parser has states that it does not expect itself, such as a byte order mark after the document's end, or a tag of spaces.
            throw new YamlFaultException(line, "This is not YAML, from this line on.", SyntaxHint);
        }
    }

    private YamlFaultException Refuse(string problem, string hint) =>
        new(_parser.Current is null ? 1 : Line(_parser.Current.Start), problem, hint);

    private static YamlFaultException Explain(YamlException broken, string text)
    {
        var lines = text.Split('\n');
        var line = Math.Min(Line(broken.Start), lines.Length);
        // A tab is noticed by the parser where the line before it did not end.
        for (var at = line; at <= Math.Min(Line(broken.End) + 1, lines.Length); at++)
        {
            var written = lines[at - 1].AsSpan();
            if (written[..^written.TrimStart().Length].Contains('\t'))
                return new YamlFaultException(at, "A tab stands at the start of the line.", "Indent with spaces, two for each level.");
        }

        var said = broken.Message.TrimEnd('.');
        return new YamlFaultException(
            line,
            $"This is not YAML (column {broken.Start.Column}): {said}.",
            SyntaxHint);
    }

    private static int Line(Mark mark) => (int)Math.Max(1, mark.Line);
}
