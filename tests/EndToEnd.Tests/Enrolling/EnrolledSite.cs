using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Enrolling;

/// <summary>
/// The real sink with its own authority, and a mosquitto that it reaches on loopback and devices with certificates only; the programs as a
/// technician and an operator type them.
/// </summary>
internal sealed class EnrolledSite : IAsyncDisposable
{
    public const string Device = "edge-01", Zone = "kerb-north";

    private readonly string _folder;
    private readonly ChildProcess _sink;
    private readonly Mosquitto _broker;

    private EnrolledSite(string folder, Mosquitto broker, Uri enrolment) =>
        (_folder, _broker, Enrolment, _sink) = (folder, broker, enrolment, Program("Sink", "sink", "run", "--config", Path.Combine(folder, "sink.yaml")));

    public Uri Enrolment { get; }

    public string EdgeYaml => Path.Combine(_folder, "edge.yaml");

    public AgentConfiguration Configuration => AgentConfiguration.Load(EdgeYaml, out var faults) ?? throw new InvalidOperationException(string.Join('\n', faults));

    public static async Task<EnrolledSite> StartAsync()
    {
        var folder = TestPaths.NewFolder();
        var (plain, tls, https) = (0, FreePort.Take(), FreePort.Take());
        Write(folder, "policy.yaml", "id: p-1\nbehaviours:\n  wrong_way: {sign: bad, weight: 12, reference: 4.0}\n");
        Write(folder, "sink.yaml", SinkYaml(1883, https));
        // Made first: the broker's certificate is of the sink's authority.
        await RunAsync("Sink", "sink", "authority", "certificate", "--name", "127.0.0.1", "--out", folder, "--config", Path.Combine(folder, "sink.yaml"));
        var broker = await Mosquitto.StartAsync(
            $"listener {tls} 127.0.0.1", $"certfile {Path.Combine(folder, "server.pem")}", $"keyfile {Path.Combine(folder, "server-key.pem")}",
            $"cafile {Path.Combine(folder, "authority.pem")}", "require_certificate true", "tls_version tlsv1.3");
        plain = broker.Port;
        Write(folder, "sink.yaml", SinkYaml(plain, https));
        Write(folder, "edge.yaml", EdgeConfiguration(tls));
        var site = new EnrolledSite(folder, broker, new Uri($"https://127.0.0.1:{https}"));
        site._sink.Start();
        await Eventually.TrueAsync(
            () => site._sink.HasExited || Array.Exists(site._sink.Lines, line => line.StartsWith("Dashboard: ", StringComparison.Ordinal)), "the sink serves");
        Assert.False(site._sink.HasExited, string.Join('\n', site._sink.Errors));
        return site;
    }

    /// <summary>A verb of the sink's; what it printed.</summary>
    public Task<string> SinkAsync(params string[] verb) => RunAsync("Sink", "sink", [.. verb, "--config", Path.Combine(_folder, "sink.yaml")]);

    /// <summary>A claim code, as the operator reads it.</summary>
    public async Task<string> InviteAsync() => Regex.Match(
        await SinkAsync("device", "invite", Device, "--zone", Zone), "Claim code: (?<code>[0-9A-Z-]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["code"].Value;

    /// <summary>A verb of the device's, running.</summary>
    public ChildProcess Edge(params string[] verb) => Program("Host", "edge", [.. verb, "--config", EdgeYaml]);

    /// <summary>Puts a certificate for this request in the place of the device's, by the sink's own authority, that ended yesterday.</summary>
    public void Expire(byte[] signingRequest)
    {
        var folder = Path.Combine(_folder, "authority");
        using var authority = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "authority.pem"), Path.Combine(folder, "authority-key.pem"));
        var asked = CertificateRequest.LoadSigningRequest(signingRequest, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var expired = new CertificateRequest(asked.SubjectName, asked.PublicKey, HashAlgorithmName.SHA256).Create(
            authority.SubjectName, X509SignatureGenerator.CreateForECDsa(authority.GetECDsaPrivateKey()!), now.AddHours(-20), now.AddHours(-10), [7]);
        File.WriteAllText(Path.Combine(Configuration.State, "device-certificate.pem"), expired.ExportCertificatePem());
    }

    /// <summary>Records of the device that the sink has stored.</summary>
    public long Stored() => (long)SqliteRows.Read(Path.Combine(_folder, "sink.db"), "SELECT COUNT(*) FROM record WHERE disputed = 0")[0][0];

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static ChildProcess Program(string project, string name, params string[] arguments) => new($"SocialCredit.Edge.{project}", name, arguments);

    private static async Task<string> RunAsync(string project, string name, params string[] arguments)
    {
        await using var program = Program(project, name, arguments);
        program.Start();
        var code = await program.EndAsync();
        Assert.True(code == 0, $"{name} {string.Join(' ', arguments)}: {string.Join('\n', [.. program.Lines, .. program.Errors])}");
        return string.Join('\n', program.Lines);
    }

    private static void Write(string folder, string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    private static string SinkYaml(int broker, int https) => $$"""
        profile: demo
        policy: policy.yaml
        broker: {embedded: false, port: {{broker}}, clientId: sink-1}
        store: {sqlite: sink.db}
        http: {port: 0}
        enrolment: {address: 127.0.0.1, port: {{https}}, names: [127.0.0.1]}
        devices: {trust: enrolled}
        """;

    private static string EdgeConfiguration(int broker) => $$"""
        site: plaza-7
        device: {{Device}}
        profile: demo
        policy: policy.yaml
        state: state
        broker: {host: 127.0.0.1, port: {{broker}}, tls: {}, resendSeconds: 1}
        cameras:
          - name: north
            source: clip.avi
            enabled: false
            aspect: 4:3
            zones: [{name: {{Zone}}, polygon: [[0, 0], [1, 0], [1, 1]], windowSeconds: 1, areas: {lane: {polygon: [[0, 0], [1, 0], [1, 1]], direction: [1, 0]} },
              behaviours: {passage: {}, wrong_way: {area: lane} } }]
        """;
}
