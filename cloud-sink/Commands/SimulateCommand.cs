using System.CommandLine;
using System.Data.Common;
using Spectre.Console;
using SocialCredit.Edge.Sink.Simulation;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink simulate</c>: writes a month of a made-up city, so that the dashboard shows what a month looks like.</summary>
internal static class SimulateCommand
{
    private const int DaysMax = 366;

    public static Command Create()
    {
        var config = ConfigurationArgument.Create();
        var days = new Option<int>("--days") { Description = $"How many days before now, 1 to {DaysMax}.", DefaultValueFactory = _ => 28 };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > DaysMax)
                result.AddError($"--days must be from 1 to {DaysMax}.");
        });
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same city.", DefaultValueFactory = _ => 1 };
        var command = new Command("simulate", """
            Writes hourly records of a made-up city through the real ingestion. Every name begins with "simulated".
            Hours that are there already stay as they are: running it again changes nothing.
            Example: sink simulate --config sink.yaml --days 28
            """) { config, days, seed };
        command.SetAction(parsed =>
        {
            if (ConfigurationArgument.Read(parsed, config) is not { } configuration)
                return 1;
            return Simulate(configuration, parsed.GetValue(days), parsed.GetValue(seed), parsed.InvocationConfiguration);
        });
        return command;
    }

    private static int Simulate(SinkConfiguration configuration, int days, int seed, InvocationConfiguration streams)
    {
        try
        {
            using var store = EventStores.Open(configuration.Options, configuration.Path);
            var simulation = new CitySimulation(Governance.PolicyInForce.Of(configuration, store, TimeProvider.System).File.Policy, store, TimeProvider.System);
            var result = WithProgress(days, progress => simulation.Run(days, seed, progress));
            streams.Output.WriteLine(
                $"{SimulatedCity.Zones.Count} simulated zones, {days} days: {result.Stored} records written, {result.Present} were there already.");
            return 0;
        }
        catch (Exception failure) when (failure is DbException or StoreException)
        {
            streams.Error.WriteLine($"{EventStores.NameOf(configuration.Options, configuration.Path)}: {failure.Message}");
            return 1;
        }
    }

    private static CitySimulation.Result WithProgress(int days, Func<Action<int>, CitySimulation.Result> run)
    {
        // On the error stream, so that the output stays what it is for: the result.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().AutoClear(true).Start(context =>
        {
            var task = context.AddTask("Simulating days", maxValue: days);
            return run(done => task.Value = done);
        });
    }
}
