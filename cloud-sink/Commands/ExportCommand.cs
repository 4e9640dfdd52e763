using System.CommandLine;
using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink export</c>: the public rows of a zone, from which anyone can compute its score again.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var config = ConfigurationArgument.Create();
        var zone = new Option<string?>("--zone") { Description = "The zone." };
        var weekly = new Option<string?>("--weekly") { Description = "Writes all that is public into this folder, one file of rows and one of scores for each week.", HelpName = "FOLDER" };
        var from = new Option<DateOnly?>("--from") { Description = "First day, UTC; all days without it.", HelpName = "yyyy-MM-dd" };
        var to = new Option<DateOnly?>("--to") { Description = "Last day, UTC.", HelpName = "yyyy-MM-dd" };
        var format = new Option<string>("--format") { Description = "csv or json.", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "json");
        var command = new Command("export", """
            Writes one row for each day of a zone: windows, released windows, passages and the count of each behaviour.
            Example: sink export --zone crossing-north --from 2026-11-01 --to 2026-11-22 > rows.csv
                     sink score --rows rows.csv --policy policy.yaml --as-of 2026-11-22
            With --weekly the rows and published scores of all zones, week by week, with policy, calibration and rulings: all that sink verify needs.
            Example: sink export --weekly public/ && sink verify public/
            """) { config, zone, from, to, format, weekly };
        command.Validators.Add(result =>
        {
            if (result.GetValue(zone) is null == (result.GetValue(weekly) is null))
                result.AddError("Give either --zone or --weekly.");
        });
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(weekly) is { } folder)
                return OpenedStore.Use(parsed, config, (standing, store) => Weekly(folder, store, StoreRules.Of(standing, store), parsed.InvocationConfiguration), mustBeThere: true);
            if (ConfigurationArgument.Read(parsed, config) is not { } configuration)
                return 1;
            var query = new Query(parsed.GetValue(zone)!, parsed.GetValue(from) ?? DateOnly.MinValue, parsed.GetValue(to) ?? DateOnly.MaxValue);
            return Export(configuration, query, parsed.GetValue(format) == "json", parsed.InvocationConfiguration);
        });
        return command;
    }

    private static int Export(SinkConfiguration configuration, Query query, bool asJson, InvocationConfiguration streams)
    {
        if (!EventStores.IsThere(configuration.Options, configuration.Path))
        {
            streams.Error.WriteLine($"{EventStores.NameOf(configuration.Options, configuration.Path)} is not there yet; \"sink run\" makes it.");
            return 1;
        }

        using var store = EventStores.Open(configuration.Options, configuration.Path);
        if (store.Zones().All(known => known.Zone != query.Zone))
        {
            streams.Error.WriteLine($"--zone: there is no record of '{query.Zone}'. Known zones: {string.Join(", ", store.Zones().Select(known => known.Zone))}.");
            return 1;
        }

        var days = store.ZoneDays(query.Zone, query.From, query.To);
        if (asJson)
            WriteJson(streams.Output, days);
        else
            RowsCsv.Write(streams.Output, query.Zone, days.Select(ScoreBook.RowOf), PolicyInForce.Of(configuration, store, TimeProvider.System).File.Policy.BehavioursOf(query.Zone));
        return 0;
    }

    private static int Weekly(string folder, IEventStore store, RulesInForce rules, InvocationConfiguration streams)
    {
        var weeks = PublicFolder.Write(folder, store, rules.Files);
        streams.Output.WriteLine($"{weeks} weeks are in {folder}; sink verify {folder} computes every score again.");
        return 0;
    }

    private static void WriteJson(TextWriter to, IReadOnlyList<ZoneDay> days)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var day in days)
            {
                json.WriteStartObject();
                json.WriteString("zone", day.Zone);
                json.WriteString("date", day.Date.ToString("yyyy-MM-dd"));
                json.WriteNumber("windows", day.Windows);
                json.WriteNumber("released", day.Released);
                json.WriteNumber("passages", day.Passages);
                json.WriteStartObject("counts");
                foreach (var behaviour in Behaviours.All.Where(known => day.Counts.ContainsKey(known.Name)))
                    json.WriteNumber(behaviour.Name, day.Counts[behaviour.Name]);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        to.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private sealed record Query(string Zone, DateOnly From, DateOnly To);
}
