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
    [InlineData("broker: {tls: {}}", "sink.yaml:2: broker.tls.names: A device must know by which name it reaches the broker.")]
    [InlineData("broker: {tls: {names: [BROKER]}}", "sink.yaml:2: broker.tls.names: 'BROKER' is neither a DNS name nor an IP address.")]
    [InlineData("broker: {tls: {names: [broker.example], address: here}}", "sink.yaml:2: broker.tls.address: 'here' is not an IP address.")]
    [InlineData("broker: {tls: {names: [broker.example], caFile: ca.pem}}", "sink.yaml:2: broker.tls: The embedded broker takes its certificate")]
    [InlineData("broker: {mosquitto: {folder: /tmp}}", "sink.yaml:2: broker.mosquitto: The embedded broker is no mosquitto.")]
    [InlineData("broker: {embedded: false, host: broker.example}", "sink.yaml:2: broker.host: 'broker.example' is another machine and would be spoken to in plain text.")]
    [InlineData("broker: {embedded: false, tls: {certificateFile: c.pem}}", "sink.yaml:2: broker.tls.certificateFile: Certificate and key come together.")]
    [InlineData("broker: {embedded: false, tls: {names: [broker.example]}}", "sink.yaml:2: broker.tls: Address, port and names are for the embedded broker.")]
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
    [InlineData("enrolment: {}", "sink.yaml:2: enrolment.names: The key is missing.")]
    [InlineData("enrolment: {names: []}", "sink.yaml:2: enrolment.names: There are 0 entries.")]
    [InlineData("enrolment: {names: ['https://sink.example']}", "sink.yaml:2: enrolment.names: 'https://sink.example' is neither a DNS name nor an IP address.")]
    [InlineData("enrolment: {names: [sink.example], address: nowhere}", "sink.yaml:2: enrolment.address: 'nowhere' is not an IP address.")]
    [InlineData("enrolment: {names: [sink.example], certificateDays: 0}", "sink.yaml:2: enrolment.certificateDays: 0 is out of range.")]
    [InlineData("devices: {trust: everybody}", "sink.yaml:2: devices.trust: \"everybody\" is not known.")]
    [InlineData("store: {sqlite: ''}", "sink.yaml:2: store.sqlite:")]
    [InlineData("store: {sqlite: a.db, postgres: Host=h;Database=d}", "sink.yaml:2: store: There is a file and a server.")]
    [InlineData("store: {postgres: Host=h;Database=d;Password=geheim}", "sink.yaml:2: store.postgres: The password stands in it.")]
    [InlineData("store: {postgres: Host=h}", "sink.yaml:2: store.postgres: It names no host or no database.")]
    [InlineData("store: {postgres: what is this}", "sink.yaml:2: store.postgres: It cannot be read.")]
    [InlineData("store: {postgres: Host=h;Database=d, password: geheim}", "sink.yaml:2: store.password:")]
    [InlineData("store: {password: env:PATH}", "sink.yaml:2: store.password: A file has no password.")]
    [InlineData("store: {keepDays: 8}", "sink.yaml:2: store.keepDays: 8 is out of range.")]
    [InlineData("broker: {shared: true}", "sink.yaml:2: broker.shared: The embedded broker has one sink.")]
    [InlineData("broker: {embedded: false, shared: true, clientId: camera-1}", "sink.yaml:2: broker.clientId: 'camera-1' could be a device's name.")]
    public void A_fault_is_named_with_its_line_and_what_to_do(string yaml, string expected)
    {
        var (configuration, faults) = Read($"policy: policy.yaml\n{yaml}");

        Assert.Null(configuration);
        Assert.StartsWith(expected, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broker: {embedded: false, host: broker.example, tls: {}}")]
    [InlineData("broker: {embedded: false, host: broker.example, allowPlainText: true}")]
    [InlineData("broker: {embedded: false, host: localhost}")]
    [InlineData("broker: {tls: {names: [broker.example, 192.0.2.7]}}")]
    public void A_broker_that_is_safe_or_said_to_be_a_laboratorys_is_taken(string yaml)
    {
        var (first, faults) = Read($"policy: policy.yaml\n{yaml}");
        var (second, _) = Read($"policy: policy.yaml\n{yaml}");

        Assert.Empty(faults);
        Assert.Equal(first!.Options.Broker, second!.Options.Broker);
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
