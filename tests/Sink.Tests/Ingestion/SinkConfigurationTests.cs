using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>What a technician is told about a configuration that is not good.</summary>
public sealed class SinkConfigurationTests
{
    private readonly string _folder = TestPaths.NewFolder();

    [Fact]
    public void A_short_file_is_enough()
    {
        var (configuration, faults) = Read("policy: policy.yaml");

        Assert.Empty(faults);
        Assert.True(configuration!.Options.Broker.Embedded);
        Assert.Equal("p-2026.3", configuration.Policy.Policy.Id);
    }

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        var (configuration, faults) = Read("""
            policy: policy.yaml
            profil: demo
            broker: {port: 99999, password: hunter2}
            http: {address: nowhere}
            """);

        Assert.Null(configuration);
        Assert.Contains(faults, fault => fault.StartsWith("sink.yaml:2: profil:", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("sink.yaml:3: broker.port: 99999 is out of range.", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("sink.yaml:3: broker.password: Secrets do not stand in this file.", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("broker: {host: 10.0.0.1}", "sink.yaml:2: broker.host: The embedded broker listens on 127.0.0.1 only.")]
    [InlineData("broker: {username: me}", "sink.yaml:2: broker.username: The embedded broker has no accounts.")]
    [InlineData("broker: {embedded: false, port: 0}", "sink.yaml:2: broker.port: An external broker has a port.")]
    [InlineData("broker: {embedded: false, username: me}", "sink.yaml:2: broker.username: Username and password come together.")]
    [InlineData("broker: {embedded: false, host: \"mqtt://x\"}", "sink.yaml:2: broker.host: This is no name of a host and no address.")]
    [InlineData("zones:\n  ../../etc: {device: camera-1}", "sink.yaml:3: zones.../../etc: '../../etc' is not a name.")]
    [InlineData("zones:\n  north: {device: ../x}", "sink.yaml:3: zones.north.device: '../x' is not a name.")]
    [InlineData("broker: {clientId: Not a name}", "sink.yaml:2: broker.clientId: 'Not a name' is not a name.")]
    [InlineData("http: {address: nowhere}", "sink.yaml:2: http.address: 'nowhere' is not an IP address.")]
    [InlineData("zones:\n  UPPER: {device: camera-1}", "sink.yaml:3: zones.UPPER: 'UPPER' is not a name.")]
    [InlineData("zones:\n  north: {device: x}", "sink.yaml:3: zones.north.device: 'x' is not a name.")]
    [InlineData("zones:\n  north-clinic: {device: edge-01}", "sink.yaml:3: zones.north-clinic: 'north-clinic' reads as a clinic, and no such place is ever scored.")]
    [InlineData("zones:\n  north: {device: simulated-city}", "sink.yaml:3: zones.north: Names that begin with 'simulated' belong to sink simulate.")]
    [InlineData("store: {sqlite: ''}", "sink.yaml:2: store.sqlite:")]
    public void A_fault_is_named_with_its_line_and_what_to_do(string yaml, string expected)
    {
        var (configuration, faults) = Read($"policy: policy.yaml\n{yaml}");

        Assert.Null(configuration);
        Assert.StartsWith(expected, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void The_faults_of_the_policy_stand_beside_those_of_the_configuration()
    {
        var (configuration, faults) = Read("policy: missing.yaml\nhttp: {address: nowhere}");

        Assert.Null(configuration);
        Assert.Equal(2, faults.Count);
        Assert.Contains(faults, fault => fault.Contains("missing.yaml", StringComparison.Ordinal));
    }

    private (SinkConfiguration? Configuration, IReadOnlyList<string> Faults) Read(string yaml)
    {
        File.WriteAllText(Path.Combine(_folder, "policy.yaml"), RunningSink.Policy);
        var path = Path.Combine(_folder, "sink.yaml");
        File.WriteAllText(path, yaml);
        var (configuration, faults) = SinkConfiguration.Read(path);
        return (configuration, [.. faults.Select(fault => fault.ToString().Replace(_folder + "/", "", StringComparison.Ordinal))]);
    }
}
