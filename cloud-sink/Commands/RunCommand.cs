using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using System.Data.Common;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink run</c>: takes records, keeps them, serves scores, until it is stopped.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = ConfigurationArgument.Create();
        var verbose = new Option<bool>("--verbose") { Description = "Logs every batch that is committed, and the stack of every fault." };
        var command = new Command("run", """
            Takes event records from the broker, stores them and serves the dashboard.
            Example: sink run --config sink.yaml
            """) { config, verbose };
        command.SetAction(async (parsed, cancellation) =>
        {
            var configuration = ConfigurationArgument.Read(parsed, config);
            return configuration is null
                ? 1
                : await RunAsync(configuration, parsed.GetValue(verbose), parsed.InvocationConfiguration, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        SinkConfiguration configuration, bool isVerbose, InvocationConfiguration streams, CancellationToken cancellation)
    {
        try
        {
            using var store = EventStores.Open(configuration.Options, configuration.Path);
            await using var app = SinkHost.Build(configuration, store, TimeProvider.System, isVerbose);
            var ingestion = app.Services.GetRequiredService<IngestionService>();
            try
            {
                await app.StartAsync(cancellation);
                await AnnounceAsync(app, ingestion, streams.Output);
                await app.WaitForShutdownAsync(cancellation);
                return FindFault(app) is { } fault ? LastWords.Say(fault) : 0;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return 0;
            }
            catch (Exception fault) when (Explain(fault, configuration) is null)
            {
                // Here, while the log is still open.
                return LastWords.Say(fault);
            }
        }
        catch (Exception failure) when (Explain(failure, configuration) is { } message)
        {
            await streams.Error.WriteLineAsync(message);
            return 1;
        }
    }

    private static async Task AnnounceAsync(WebApplication app, IngestionService ingestion, TextWriter output)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        await output.WriteLineAsync($"Broker: mqtt://{ingestion.Address!.Host}:{ingestion.Address.Port}");
        if (ingestion.TlsEndPoint is { } devices)
            await output.WriteLineAsync($"Broker for devices: mqtts://{devices}");
        await output.WriteLineAsync($"Dashboard: {addresses!.Addresses.First()}");
        if (addresses.Addresses.FirstOrDefault(address => address.StartsWith("https:", StringComparison.Ordinal)) is { } enrolment)
            await output.WriteLineAsync($"Enrolment: {enrolment}");
        await output.FlushAsync();
    }

    /// <summary>A part that failed has ended the host without a word.</summary>
    private static AggregateException? FindFault(WebApplication app) => app.Services.GetServices<IHostedService>().OfType<BackgroundService>()
        .Select(service => service.ExecuteTask?.Exception).FirstOrDefault(fault => fault is not null);

    /// <summary>What a technician can do about it, or null for what nobody foresaw.</summary>
    private static string? Explain(Exception failure, SinkConfiguration configuration)
    {
        var http = configuration.Options.Http;
        return failure switch
        {
            BrokerPortException => failure.Message,
            AuthorityException => $"authority: {failure.Message}",
            IOException when failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException =>
                configuration.Options.Enrolment is { } enrolment && failure.Message.Contains($"{enrolment.Address}:{enrolment.Port}:", StringComparison.Ordinal)
                    ? $"enrolment.port: {enrolment.Port} on {enrolment.Address} is taken. Stop the other program or choose another."
                    : $"http.port: {http.Port} on {http.Address} is taken. Stop the other program or choose another; 0 takes any free one.",
            DbException or StoreException or IOException or UnauthorizedAccessException =>
                $"{EventStores.NameOf(configuration.Options, configuration.Path)} cannot be opened: {failure.Message}",
            _ => null,
        };
    }
}
