using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Architecture.Tests;

/// <summary>Who may know whom. This table is the architecture; the compiler keeps it, this test keeps the table.</summary>
public sealed class WallTests
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Configuration"] = [],
        ["Operation"] = ["Configuration"],
        ["Contract"] = [],
        ["Domain"] = [],
        ["Capture"] = ["Domain"],
        ["Inference"] = ["Domain", "Capture", "Configuration"],
        ["Sensing"] = ["Domain", "Configuration"],
        ["Tracking"] = ["Domain"],
        ["Behaviour"] = ["Domain"],
        ["Anonymisation"] = ["Domain", "Contract"],
        ["Forwarding"] = ["Contract"],
        ["Audit"] = ["Anonymisation", "Forwarding", "Contract"],
        ["Host"] = ["Domain", "Capture", "Inference", "Sensing", "Tracking", "Behaviour", "Anonymisation", "Forwarding", "Audit", "Contract", "Configuration", "Operation"],
        ["Sink"] = ["Contract", "Configuration", "Operation"],
    };

    private static readonly Dictionary<string, string[]> HomesOf = new()
    {
        ["OpenCvSharp4"] = ["Capture", "Inference"],
        ["OpenCvSharp4.official.runtime.linux-x64"] = ["Capture"],
        ["Microsoft.ML.OnnxRuntime"] = ["Inference"],
        ["System.Numerics.Tensors"] = ["Inference"],
        ["System.Device.Gpio"] = ["Sensing"],
        ["MQTTnet"] = ["Forwarding", "Sensing", "Sink"],
        ["MQTTnet.Server"] = ["Sink"],
        ["Microsoft.Data.Sqlite"] = ["Forwarding", "Sink"],
        ["YamlDotNet"] = ["Configuration"],
        ["Microsoft.Extensions.Logging.Abstractions"] = ["Capture", "Sensing", "Forwarding", "Audit", "Host"],
        ["MathNet.Numerics"] = ["Audit"],
        ["OxyPlot.Core"] = ["Audit"],
        ["NetTopologySuite"] = ["Host"],
        ["System.CommandLine"] = ["Host", "Sink"],
        ["Spectre.Console"] = ["Host", "Sink"],
        ["Serilog"] = ["Operation"],
        ["Serilog.Sinks.Async"] = ["Operation"],
        ["Serilog.Sinks.Console"] = ["Operation"],
        ["Serilog.Sinks.File"] = ["Operation"],
        ["Serilog.Extensions.Logging"] = ["Operation"],
        ["OpenTelemetry.Extensions.Hosting"] = ["Operation"],
        ["OpenTelemetry.Exporter.Prometheus.AspNetCore"] = ["Operation"],
        ["Microsoft.AspNetCore.OpenApi"] = ["Sink"],
        ["CsvHelper"] = ["Sink"],
        ["Microsoft.AspNetCore.Authentication.JwtBearer"] = ["Sink"],
        ["Parquet.Net"] = ["Sink"],
        ["dbup-core"] = ["Sink"],
        ["dbup-sqlite"] = ["Sink"],
        ["QRCoder"] = ["Sink"],
        ["dbup-postgresql"] = ["Sink"],
        ["Npgsql"] = ["Sink"],
    };

    /// <summary>Projects from which nothing can be written, sent or logged: they hold no third-party package at all.</summary>
    private static readonly string[] Pure = ["Contract", "Domain", "Tracking", "Behaviour", "Anonymisation"];

    [Fact]
    public void No_project_knows_more_than_the_table_allows() => Assert.Empty(Breaches(Project.ReadAll()));

    [Fact]
    public void Every_project_stands_in_the_table() =>
        Assert.Equal(MayKnow.Keys.Order(), Project.ReadAll().Select(project => project.Name).Order());

    [Theory]
    [InlineData("Forwarding", "Domain", null)]
    [InlineData("Tracking", "Capture", null)]
    [InlineData("Behaviour", "Contract", null)]
    [InlineData("Sink", "Forwarding", null)]
    [InlineData("Anonymisation", null, "MQTTnet")]
    [InlineData("Host", null, "OpenCvSharp4")]
    [InlineData("Host", null, "System.Device.Gpio")]
    [InlineData("Behaviour", "Sensing", null)]
    [InlineData("Sensing", "Capture", null)]
    [InlineData("Domain", null, "Newtonsoft.Json")]
    [InlineData("Capture", "Operation", null)]
    [InlineData("Host", null, "Serilog")]
    [InlineData("Audit", "Domain", null)]
    [InlineData("Forwarding", "Audit", null)]
    [InlineData("Host", null, "OxyPlot.Core")]
    public void A_planted_breach_is_seen(string name, string? reference, string? package)
    {
        var projects = Project.ReadAll().Select(project => project.Name != name ? project : project with
        {
            References = reference is null ? project.References : [.. project.References, reference],
            Packages = package is null ? project.Packages : [.. project.Packages, package],
        });

        Assert.Single(Breaches([.. projects]));
    }

    [Fact]
    public void References_do_not_travel()
    {
        var props = File.ReadAllText(Path.Combine(TestPaths.Root, "Directory.Build.props"));

        Assert.Contains("<DisableTransitiveProjectReferences>true<", props);
    }

    [Theory]
    [InlineData("agent/Capture/SocialCredit.Edge.Capture.csproj", "OpenCvSharp4")]
    [InlineData("agent/Inference/SocialCredit.Edge.Inference.csproj", "OpenCvSharp4")]
    [InlineData("agent/Inference/SocialCredit.Edge.Inference.csproj", "Microsoft.ML.OnnxRuntime")]
    [InlineData("agent/Sensing/SocialCredit.Edge.Sensing.csproj", "System.Device.Gpio")]
    [InlineData("agent/Sensing/SocialCredit.Edge.Sensing.csproj", "MQTTnet")]
    [InlineData("agent/Forwarding/SocialCredit.Edge.Forwarding.csproj", "MQTTnet")]
    [InlineData("agent/Forwarding/SocialCredit.Edge.Forwarding.csproj", "Microsoft.Data.Sqlite")]
    [InlineData("agent/Audit/SocialCredit.Edge.Audit.csproj", "MathNet.Numerics")]
    [InlineData("agent/Audit/SocialCredit.Edge.Audit.csproj", "OxyPlot.Core")]
    [InlineData("contract/Configuration/SocialCredit.Edge.Configuration.csproj", "YamlDotNet")]
    [InlineData("contract/Operation/SocialCredit.Edge.Operation.csproj", "Serilog")]
    [InlineData("contract/Operation/SocialCredit.Edge.Operation.csproj", "OpenTelemetry.Extensions.Hosting")]
    public void A_locked_up_package_does_not_leak_to_who_refers_to_its_home(string project, string package)
    {
        var text = File.ReadAllText(Path.Combine(TestPaths.Root, project));

        Assert.Contains($"""Include="{package}" PrivateAssets="compile" """.TrimEnd(), text);
    }

    private static List<string> Breaches(IReadOnlyList<Project> projects)
    {
        var breaches = new List<string>();
        foreach (var project in projects)
        {
            breaches.AddRange(project.References
                .Where(reference => !MayKnow.GetValueOrDefault(project.Name, []).Contains(reference))
                .Select(reference => $"{project.Name} must not know {reference}"));
            breaches.AddRange(project.Packages
                .Where(package => Pure.Contains(project.Name) || !HomesOf.GetValueOrDefault(package, []).Contains(project.Name))
                .Select(package => $"{project.Name} is no home of {package}"));
        }

        return breaches;
    }
}
