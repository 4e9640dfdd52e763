using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Configuration;

/// <summary>What is said about the text of a bad file, word for word.</summary>
public sealed class YamlFaultTests
{
    private const string KnownKeys =
        "Known keys: name, windowSeconds, overlapMin, epsilon, isDemo, seed, note, sign, since, start, direction, cameras, words, "
        + "rates, rules, ruleList, link, password, version, size.";

    private const string Syntax = "Check the indentation, the space after each colon, and that quotes and brackets are closed.";

    private static string[] Faults(string text) =>
        [.. YamlReader.Parse<SampleOptions>(text, "edge.yaml").Faults.Select(f => f.ToString())];

    [Theory]
    [InlineData("windowSeconds: soon", "windowSeconds: \"soon\" is not a whole number. Write a whole number, such as 10.")]
    [InlineData("windowSeconds: 1.5", "windowSeconds: \"1.5\" is not a whole number. Write a whole number, such as 10.")]
    [InlineData("windowSeconds: 99999999999", "windowSeconds: \"99999999999\" is out of range. Permitted: -2147483648 to 2147483647.")]
    [InlineData("windowSeconds:", "windowSeconds: The value is missing. Write a whole number, such as 10.")]
    [InlineData("windowSeconds: [1]", "windowSeconds: A list stands here. Write a whole number, such as 10.")]
    [InlineData("overlapMin: 0,5", "overlapMin: \"0,5\" is not a number. Write a number, such as 0.5.")]
    [InlineData("epsilon: .nan", "epsilon: \".nan\" is not a number. Write a number, such as 0.5.")]
    [InlineData("epsilon: 1e999", "epsilon: \"1e999\" is not a number. Write a number, such as 0.5.")]
    [InlineData("isDemo: yes", "isDemo: \"yes\" is not true or false. Write true or false.")]
    [InlineData("sign: god", "sign: \"god\" is not known. Did you mean \"good\"? Write one of: good, not_so_good.")]
    [InlineData("sign: 1", "sign: \"1\" is not known. Write one of: good, not_so_good.")]
    [InlineData("since: 22.11.2026", "since: \"22.11.2026\" is not a date. Write a date, such as 2026-11-22.")]
    [InlineData("start: 2026-11-22T09:00:00", "start: \"2026-11-22T09:00:00\" is not a time with its offset. Write a time with its offset, such as 2026-11-22T09:00:00Z.")]
    [InlineData("direction: [1]", "direction: There is 1 entry. Write 2: [x, y].")]
    [InlineData("direction: [1, b]", "direction.y: \"b\" is not a number. Write a number, such as 0.5.")]
    [InlineData("cameras: 5", "cameras: A single value stands here. Write a list: [a, b], or one line \"- a\" for each entry.")]
    [InlineData("rates: [1]", "rates: A list stands here. Write keys with values, each as key: value.")]
    [InlineData("rates: {a: b}", "rates.a: \"b\" is not a number. Write a number, such as 0.5.")]
    [InlineData("link: 5", "link: A single value stands here. Write keys with values, each as key: value.")]
    [InlineData("note: {a: b}", "note: Keys with values stand here. Write text.")]
    [InlineData("words: [~]", "words[0]: The value is missing. Write text, or \"\" for an empty one.")]
    [InlineData("version: [3]", "version: A list stands here. Write text.")]
    [InlineData("version: 3", "version: A version begins with v.")]
    public void A_value_of_the_wrong_type_says_what_to_write(string line, string expected) =>
        Assert.Equal(["edge.yaml:2: " + expected], Faults("name: north\n" + line));

    [Theory]
    [InlineData("windowSeconds: 0", "windowSeconds: 0 is out of range. Permitted: 1 to 3600.")]
    [InlineData("overlapMin: 0.96", "overlapMin: 0.96 is out of range. Permitted: 0.05 to 0.95.")]
    [InlineData("epsilon: 0", "epsilon: 0 is out of range. Permitted: 0.001 to inf.")]
    [InlineData("size: 100.4", "size: 100.4 is out of range. Permitted: more than 0 to 100.")]
    [InlineData("size: 0", "size: 0 is out of range. Permitted: more than 0 to 100.")]
    [InlineData("size: inf", "size: inf is out of range. Permitted: more than 0 to 100.")]
    [InlineData("link: {port: 0}", "link.port: 0 is out of range. Permitted: 1 to 65535.")]
    [InlineData("rules: {wrong_way: {angleMinDegrees: 200}}", "rules.wrong_way.angleMinDegrees: 200 is out of range. Permitted: 1 to 180.")]
    [InlineData("cameras: [{source: a}, {source: b}, {source: c}]", "cameras: There are 3 entries. Permitted: 2 or fewer.")]
    [InlineData("cameras: [{source: a, mask: [[0, 0]]}]", "cameras[0].mask: There is 1 entry. Permitted: 3 or more.")]
    [InlineData("cameras: [{source: ''}]", "cameras[0].source: The value is empty. Write one.")]
    public void A_value_that_is_not_permitted_says_what_is(string line, string expected) =>
        Assert.Equal(["edge.yaml:2: " + expected], Faults("name: north\n" + line));

    [Theory]
    [InlineData("name: North Gate", "\"North Gate\"")]
    [InlineData("name: ''", "\"\"")]
    public void A_name_of_another_form_is_refused(string line, string shown) =>
        Assert.Equal([$"edge.yaml:1: name: {shown} does not have the permitted form. Permitted: [a-z0-9-]{{3,32}}"], Faults(line));

    [Theory]
    [InlineData("windowSecnds: 5", "windowSecnds", "Did you mean \"windowSeconds\"? ")]
    [InlineData("window_seconds: 5", "window_seconds", "Did you mean \"windowSeconds\"? ")]
    [InlineData("WINDOWSECONDS: 5", "WINDOWSECONDS", "Did you mean \"windowSeconds\"? ")]
    [InlineData("nmae: 5", "nmae", "Did you mean \"name\"? ")]
    [InlineData("colour: red", "colour", "")]
    [InlineData("<<: {a: b}", "<<", "")]
    public void An_unknown_key_names_the_closest_and_all_that_are_known(string line, string key, string meant) =>
        Assert.Equal([$"edge.yaml:2: {key}: The key is not known. {meant}{KnownKeys}"], Faults("name: north\n" + line));

    [Theory]
    [InlineData("rules: {wrongway: }", "rules.wrongway: The key is not known. Did you mean \"wrong_way\"? Known keys: passage, wrong_way.")]
    [InlineData("rules: {passage: {x: 1}}", "rules.passage.x: The key is not known. Remove it.")]
    [InlineData("ruleList: [pasage]", "ruleList[0].pasage: The key is not known. Did you mean \"passage\"? Known keys: passage, wrong_way.")]
    public void An_unknown_rule_names_those_that_are_known(string line, string expected) =>
        Assert.Equal(["edge.yaml:2: " + expected], Faults("name: north\n" + line));

    [Fact]
    public void A_missing_key_stands_at_the_line_of_its_parent() =>
        Assert.Equal(
            ["edge.yaml:4: cameras[1].source: The key is missing. Add \"source:\" with text."],
            Faults("name: north\ncameras:\n  - source: a\n  - mask:\n      - [0, 0]\n      - [0, 1]\n      - [1, 1]"));

    [Theory]
    [InlineData("name: mill", null)]
    [InlineData("gate: {}", "edge.yaml:1: name: The key is missing. Add \"name:\" with text.")]
    [InlineData("{name: mill, host: ''}", "edge.yaml:1: host: The value is empty. Write one.")]
    public void A_required_key_with_a_default_may_be_absent_but_not_empty(string text, string? expected)
    {
        var faults = YamlReader.Parse<SampleGate>(text, "edge.yaml").Faults.Where(f => f.Key != "gate");

        Assert.Equal(expected is null ? [] : [expected], faults.Select(f => f.ToString()));
    }

    [Fact]
    public void A_key_that_stands_twice_names_both_lines() =>
        Assert.Equal(
            ["edge.yaml:3: name: The key stands here a second time. The first is in line 1; keep one."],
            Faults("name: north\nnote: x\nname: south"));

    [Fact]
    public void What_the_record_itself_refuses_stands_at_its_key() =>
        Assert.Equal(
            ["edge.yaml:2: windowSeconds: A demo's window is 900 s at most."],
            Faults("name: north\nwindowSeconds: 1000\nisDemo: true"));

    [Theory]
    [InlineData("name: [", 1, "This is not YAML (column 1): While parsing a node, did not find expected node content. " + Syntax)]
    [InlineData("name: north\na: b: c", 2, "This is not YAML (column 5): While scanning a plain scalar value, found invalid mapping. " + Syntax)]
    [InlineData("name: north\n\twindowSeconds: 4", 2, "A tab stands at the start of the line. Indent with spaces, two for each level.")]
    [InlineData("link:\n\tport: 4", 2, "A tab stands at the start of the line. Indent with spaces, two for each level.")]
    [InlineData("name: north\n---\nname: south", 2, "A second document begins here. Keep one document in the file: remove the line \"---\".")]
    [InlineData("", 1, "The file is empty. Write its keys, each as key: value.")]
    [InlineData("# only words\n", 1, "The file is empty. Write its keys, each as key: value.")]
    [InlineData("hello", 1, "A single value stands here. Write keys with values, each as key: value.")]
    [InlineData("- a", 1, "A list stands here. Write keys with values, each as key: value.")]
    [InlineData("? [a]\n: b", 1, "A key must be a word. Write key: value.")]
    [InlineData("name: !secret x", 1, "The tag \"!secret\" is not read. Remove it. Secrets are written env:NAME or file:/path.")]
    [InlineData("name: *x", 1, "The alias *x has no anchor before it. Write &x at the value that is meant.")]
    [InlineData("words: &x [*x]", 1, "The alias *x has no anchor before it. Write &x at the value that is meant.")]
    [InlineData("name: north\nnote: \u0001", 2, "The file is not text. Check that it is the right file; save it as UTF-8.")]
    public void A_text_that_cannot_be_read_gives_one_fault(string text, int line, string expected)
    {
        var document = YamlReader.Parse<SampleOptions>(text, "edge.yaml");

        Assert.Equal([$"edge.yaml:{line}: {expected}"], document.Faults.Select(f => f.ToString()));
        Assert.Null(document.Value);
    }

    [Theory]
    [InlineData(31, "words[0]: A list stands here. Write text.")]
    [InlineData(32, "The file is nested deeper than 32 levels. Close what was opened.")]
    public void Nesting_has_a_limit(int lists, string expected) =>
        Assert.Equal(["edge.yaml:2: " + expected], Faults($"name: north\nwords: {new string('[', lists)}{new string(']', lists)}"));

    [Fact]
    public void Aliases_cannot_make_a_small_file_large()
    {
        var lines = Enumerable.Range(1, 20).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}]");

        Assert.Equal(
            ["edge.yaml:10: The file holds more than 200000 values once its aliases are written out. Use fewer aliases (*name)."],
            Faults("a0: &a0 [x]\n" + string.Join('\n', lines)));
    }

    [Fact]
    public void Aliases_cannot_make_a_flat_file_deep()
    {
        var lines = Enumerable.Range(1, 40).Select(i => $"a{i}: &a{i} [*a{i - 1}]");

        Assert.Equal(
            ["edge.yaml:31: The file is nested deeper than 32 levels. Use fewer aliases (*name)."],
            Faults("a0: &a0 [x]\n" + string.Join('\n', lines)));
    }

    [Fact]
    public void A_file_of_nothing_but_faults_is_given_up_after_some_hundred()
    {
        var faults = Faults("name: north\n" + string.Join('\n', Enumerable.Range(0, 10_000).Select(i => $"x{i}: 1")));

        Assert.Equal(501, faults.Length);
        Assert.Equal("edge.yaml:501: There are too many faults; no more are listed. Check that it is the right file.", faults[^1]);
    }

    [Fact]
    public void All_faults_come_at_once_in_the_order_of_the_file()
    {
        var faults = YamlReader.Parse<SampleOptions>("""
            windowSeconds: 0
            cameras:
              - sorce: x
              - source: y
                mask: [[1, 2], [1, 2, 3], [a, b]]
            rules: {wrongway: }
            sign: bd
            """, "edge.yaml").Faults;

        (int, string)[] expected =
        [
            (1, "name"), (1, "windowSeconds"), (3, "cameras[0].sorce"), (3, "cameras[0].source"), (5, "cameras[1].mask[1]"),
            (5, "cameras[1].mask[2].x"), (5, "cameras[1].mask[2].y"), (6, "rules.wrongway"), (7, "sign"),
        ];
        Assert.Equal(expected, faults.Select(f => (f.Line, f.Key)).Order());
        Assert.Equal(faults.Select(f => f.Line).Order(), faults.Select(f => f.Line));
    }

    [Fact]
    public void What_a_file_says_cannot_break_the_line_of_a_message() =>
        Assert.All(Faults("\"a\\nedge.yaml:1: forged\": 1\nsign: \"x\\ny\""), f => Assert.DoesNotContain('\n', f));

    [Fact]
    public void A_wrong_word_keeps_its_default_so_that_the_rest_can_be_checked() =>
        Assert.Equal(900, YamlReader.Parse<SampleOptions>("name: north\nwindowSeconds: x", "edge.yaml").Value?.WindowSeconds);

    [Theory]
    [InlineData("windowSeconds: 5")]
    [InlineData("name: [a]")]
    [InlineData("name: north\ncameras: [{}]")]
    public void There_is_no_value_where_something_without_default_is_missing(string text) =>
        Assert.Null(YamlReader.Parse<SampleOptions>(text, "edge.yaml").Value);

    [Theory]
    [InlineData("cameras[0].source", 3)]
    [InlineData("cameras[0].mask[1].x", 5)]
    [InlineData("cameras[0].label", 3)]
    [InlineData("cameras[4].source", 2)]
    [InlineData("link.port", 1)]
    [InlineData("", 1)]
    public void A_fault_added_later_stands_at_its_key_or_the_nearest_parent(string key, int line)
    {
        var document = YamlReader.Parse<SampleOptions>(
            "name: north\ncameras:\n  - source: a\n    mask: [[0, 0],\n      [1, 0], [1, 1]]\n", "edge.yaml");

        document.AddFault(key, "The file is not there.", "Copy it.");

        var separator = key.Length > 0 ? ": " : "";
        Assert.Equal([$"edge.yaml:{line}: {key}{separator}The file is not there. Copy it."], document.Faults.Select(f => f.ToString()));
    }
}
