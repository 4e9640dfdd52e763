using SocialCredit.Edge.Sink.Tests.Ingestion;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary><c>sink broker files</c>, as a technician sees it. What mosquitto makes of the files is tested with it.</summary>
public sealed class BrokerCommandTests
{
    private readonly CommandRun _run = new CommandRun().With("policy.yaml", RunningSink.Policy).With("sink.yaml", "policy: policy.yaml\n");

    private string Out => Path.Combine(_run.Folder, "broker");

    [Fact]
    public void The_folder_is_written_and_the_next_lines_are_said()
    {
        var code = Invoke("--name", "broker.example", "--name", "192.0.2.7");

        Assert.Equal((0, ""), (code, _run.Errors));
        Assert.Equal(["acl", "ca.pem", "crl.pem", "mosquitto.conf", "server.pem"], Directory.EnumerateFiles(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("host: broker.example", _run.Output, StringComparison.Ordinal);
        Assert.Contains($"mosquitto: {{folder: {Out}, pidFile: /run/mosquitto/mosquitto.pid}}", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lines_that_it_prints_are_a_good_configuration()
    {
        Invoke("--name", "broker.example");
        var lines = _run.Output.Split('\n').SkipWhile(line => line != "In sink.yaml:").Skip(1).TakeWhile(line => line.Length > 0).Select(line => line[2..]);

        File.AppendAllLines(Path.Combine(_run.Folder, "sink.yaml"), lines);

        var (configuration, faults) = SinkConfiguration.Read(Path.Combine(_run.Folder, "sink.yaml"));
        Assert.Empty(faults);
        Assert.Equal("broker.example", configuration!.Options.Broker.Host);
    }

    [Fact]
    public void A_second_time_the_configuration_stays()
    {
        Invoke("--name", "broker.example");
        File.AppendAllText(Path.Combine(Out, "mosquitto.conf"), "# mine\n");

        Assert.Equal(0, Invoke("--name", "broker.example"));
        Assert.Contains("was there and stays", _run.Output, StringComparison.Ordinal);
        Assert.EndsWith("# mine\n", File.ReadAllText(Path.Combine(Out, "mosquitto.conf")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Broker", "8883", "--name: 'Broker' is neither a DNS name nor an IP address.")]
    [InlineData("broker.example", "70000", "--port: 70000 is out of range.")]
    public void What_is_wrong_is_said(string name, string port, string expected)
    {
        Assert.Equal(1, Invoke("--name", name, "--port", port));
        Assert.StartsWith(expected, _run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        _run.With("broker", "a file");

        Assert.Equal(1, Invoke("--name", "broker.example"));
        Assert.Contains("broker", _run.Errors, StringComparison.Ordinal);
    }

    private int Invoke(params string[] more) =>
        _run.Invoke(["broker", "files", "--config", Path.Combine(_run.Folder, "sink.yaml"), "--out", Out, .. more]);
}
