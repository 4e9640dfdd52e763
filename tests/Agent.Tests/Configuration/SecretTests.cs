using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Configuration;

/// <summary>Secrets are written by reference and shown nowhere.</summary>
public sealed class SecretTests
{
    private const string Inline =
        "Secrets do not stand in this file. Write env:NAME for a variable of the environment, or file:/path for a file that holds it.";

    private readonly string _file = Path.Combine(TestPaths.NewFolder(), "password");

    private static YamlDocument<SampleOptions> Read(string reference) =>
        YamlReader.Parse<SampleOptions>($"name: north\npassword: {reference}", "edge.yaml");

    [Fact]
    public void A_file_is_read_anew_at_every_use()
    {
        File.WriteAllText(_file, "first word\n");
        var secret = Read($"file:{_file}").Value!.Password!;

        Assert.Equal("first word", secret.Reveal());
        File.WriteAllText(_file, "second word");
        Assert.Equal("second word", secret.Reveal());
    }

    [Fact]
    public void A_variable_is_read()
    {
        // A name of its own: tests run at the same time in one process.
        Environment.SetEnvironmentVariable("SCE_TEST_SECRET_READ", "open sesame");

        Assert.Equal("open sesame", Read("env:SCE_TEST_SECRET_READ").Value!.Password!.Reveal());
    }

    [Fact]
    public void Nothing_that_is_printed_shows_it()
    {
        File.WriteAllText(_file, "open sesame");
        var value = Read($"file:{_file}").Value!;

        Assert.Equal($"file:{_file}", value.Password!.ToString());
        Assert.DoesNotContain("sesame", value.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", System.Text.Json.JsonSerializer.Serialize(value), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("'env:'")]
    [InlineData("env:A=hunter2")]
    [InlineData("file:relative/hunter2")]
    [InlineData("'ENV:hunter2'")]
    public void A_secret_in_the_file_is_refused_and_not_repeated(string written)
    {
        var fault = Assert.Single(Read(written).Faults);

        Assert.Equal("edge.yaml:2: password: " + Inline, fault.ToString());
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_variable_is_a_fault_at_the_start() =>
        Assert.Equal(
            "edge.yaml:2: password: The environment has no variable SCE_TEST_SECRET_NONE, or it is empty. Set it before the start, for systemd in an EnvironmentFile=.",
            Assert.Single(Read("env:SCE_TEST_SECRET_NONE").Faults).ToString());

    [Fact]
    public void A_missing_file_is_a_fault_at_the_start() =>
        Assert.Equal(
            $"edge.yaml:2: password: The file {_file} does not exist. Make the file, readable by the service's user only (chmod 600).",
            Assert.Single(Read($"file:{_file}").Faults).ToString());

    [Fact]
    public void An_empty_file_is_a_fault_at_the_start()
    {
        File.WriteAllText(_file, "\n");

        Assert.Equal(
            $"edge.yaml:2: password: The file {_file} is empty. Make the file, readable by the service's user only (chmod 600).",
            Assert.Single(Read($"file:{_file}").Faults).ToString());
    }

    [Fact]
    public void A_secret_that_went_away_says_where_it_was()
    {
        File.WriteAllText(_file, "open sesame");
        var secret = Read($"file:{_file}").Value!.Password!;
        File.Delete(_file);

        var thrown = Assert.Throws<InvalidOperationException>(secret.Reveal);

        Assert.Equal($"The file {_file} does not exist.", thrown.Message);
    }
}
