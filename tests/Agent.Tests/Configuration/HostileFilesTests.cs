using System.Diagnostics;
using SocialCredit.Edge.Agent.Tests.Host;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Configuration;

/// <summary>Configurations that were written to break whoever reads them, each with the answer it gets.</summary>
public sealed class HostileFilesTests(ITestOutputHelper output)
{
    private readonly string _folder = TestPaths.NewFolder();

    [Fact]
    public void A_billion_laughs_is_refused()
    {
        var bomb = string.Concat(Enumerable.Range(1, 9).Select(i => $"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 9))}]\n"));

        Assert.Contains("more than 200000 values once its aliases are written out", Refusal($"l0: &l0 [lol]\n{bomb}{TestConfigurations.Agent}"));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void A_configuration_a_hundred_thousand_levels_deep_is_refused(string opened) =>
        Assert.Contains("nested deeper than 32 levels", Refusal($"cameras: {(opened == "- " ? "\n" : "")}{string.Concat(Enumerable.Repeat(opened, 100_000))}"));

    [Fact]
    public void A_hundred_megabytes_of_one_word_are_refused_after_the_first()
    {
        var path = Path.Combine(_folder, "edge.yaml");
        using (var file = File.Create(path))
            file.SetLength(100 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var configuration = AgentConfiguration.Load(path, out var faults);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Null(configuration);
        Assert.Contains("larger than 1 MiB", Assert.Single(faults).ToString());
        Assert.InRange(allocated, 0, 8 << 20);
        output.WriteLine($"{allocated / 1024} KB allocated for a file of 100 MB");
    }

    [Theory]
    [InlineData("!!a[b", "This is not YAML, from this line on.")]
    [InlineData("!!python/object:os.system x", "The tag \"tag:yaml.org,2002:python/object:os.system\" is not read.")]
    public void A_tag_is_refused_whatever_it_is(string value, string expected) =>
        Assert.Contains(expected, Refusal($"site: {value}\n"));

    [Theory]
    [InlineData("\"\\e[31mred\"", "U+001B")]
    [InlineData("\"\\0\"", "U+0000")]
    [InlineData("\"a\\x9b31m\"", "U+009B")]
    [InlineData("\"\\b\\b\\b\"", "U+0008")]
    [InlineData("\"\\u202Etxt.exe\"", "U+202E")]
    public void What_would_speak_to_a_terminal_is_refused_wherever_it_stands(string written, string named)
    {
        foreach (var place in new[] { "source: clip.avi", "host: 127.0.0.1", "name: north", "state: state" })
        {
            var key = place[..(place.IndexOf(' ') + 1)];
            var refusal = Refusal(TestConfigurations.Agent.Replace(place, key + written, StringComparison.Ordinal));

            Assert.Contains($"The value holds the character {named}, which no text needs.", refusal);
            Assert.DoesNotContain(refusal, char.IsControl);
        }

        Assert.Contains(named, Refusal($"{written}: x\n{TestConfigurations.Agent}"));
    }

    [Theory]
    [InlineData("passagesPerHour: 1e300")]
    [InlineData("tracksPerPerson: 1e300")]
    [InlineData("tracksPerPerson: inf")]
    [InlineData("polygon: [[0, 0], [inf, 0], [1, 1e38]]")]
    public void Numbers_that_are_no_numbers_of_a_place_are_faults_and_no_more(string line)
    {
        var agent = TestConfigurations.Agent.Replace("profile: demo", "profile: standard", StringComparison.Ordinal)
            .Replace("windowSeconds: 10", "windowSeconds: 3600\n        place: crossing\n        passagesPerHour: 900", StringComparison.Ordinal);
        var key = line[..line.IndexOf(':')];
        var lines = agent.Split('\n').Where(old => !old.TrimStart().StartsWith(key, StringComparison.Ordinal)).ToList();
        lines.Insert(lines.FindIndex(old => old.Contains("place: crossing", StringComparison.Ordinal)), "        " + line);

        Assert.Contains(key, Refusal(string.Join('\n', lines)));
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("%2e%2e%2f")]
    [InlineData("north\\n")]
    public void A_name_cannot_be_a_path(string name)
    {
        foreach (var (key, at) in new[] { ("site: test-site", "site"), ("device: test-device", "device"), ("- name: north", "cameras[0].name"), ("- name: test-zone", "zones[0].name") })
        {
            var refusal = Refusal(TestConfigurations.Agent.Replace(key, $"{key[..key.IndexOf(':')]}: \"{name}\"", StringComparison.Ordinal));

            Assert.Contains(at, refusal);
            Assert.Contains("does not have the permitted form", refusal);
        }

        Assert.Contains("is not a version", Refusal(TestConfigurations.Agent, TestConfigurations.Policy.Replace("p-test", $"\"{name}/\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("mqtt://broker")]
    [InlineData("broker:1883")]
    [InlineData("a b")]
    [InlineData("|\n    127.0.0.1\n    forged line")]
    public void A_broker_is_a_host_and_nothing_else(string host) =>
        Assert.Contains("must be a host name", Refusal(TestConfigurations.Agent.Replace(
            "broker: {host: 127.0.0.1, port: 1883}", $"broker:\n  host: {(host[0] == '|' ? host : $"\"{host}\"")}", StringComparison.Ordinal)));

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/random")]
    public void A_device_that_never_ends_is_no_secret(string path)
    {
        var document = YamlReader.Parse<SampleOptions>($"name: north\npassword: file:{path}", "edge.yaml");

        Assert.Equal($"edge.yaml:2: password: The file {path} is empty. Make the file, readable by the service's user only (chmod 600).", Assert.Single(document.Faults).ToString());
    }

    [Fact]
    public void A_pipe_that_nobody_writes_to_is_no_secret()
    {
        var pipe = Path.Combine(_folder, "pipe");
        using (var made = Process.Start("mkfifo", [pipe]))
            made.WaitForExit();

        var document = YamlReader.Parse<SampleOptions>($"name: north\npassword: file:{pipe}", "edge.yaml");

        Assert.Contains("is empty", Assert.Single(document.Faults).ToString());
    }

    [Fact]
    public void A_secret_has_a_limit_and_may_be_a_link()
    {
        var (file, link) = (Path.Combine(_folder, "long"), Path.Combine(_folder, "link"));
        File.WriteAllBytes(file, new byte[(64 * 1024) + 1]);
        File.CreateSymbolicLink(link, file);

        Assert.Contains("is larger than 64 KiB, which no secret is.", Assert.Single(YamlReader.Parse<SampleOptions>($"name: north\npassword: file:{link}", "edge.yaml").Faults).ToString());
        File.WriteAllText(file, "open sesame");
        Assert.Equal("open sesame", YamlReader.Parse<SampleOptions>($"name: north\npassword: file:{link}", "edge.yaml").Value?.Password?.Reveal());
    }

    private static string Refusal(string agent, string policy = TestConfigurations.Policy)
    {
        Assert.Null(AgentConfiguration.Load(TestConfigurations.Write(agent, policy), out var faults));
        Assert.NotEmpty(faults);
        return string.Join(" / ", faults);
    }
}
