using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>What <c>score</c> and <c>explain</c> are asked about: public files alone, or a sink's store.</summary>
internal sealed class ScoreOptions
{
    public Option<string?> Rows { get; } = new("--rows")
    {
        Description = "The public rows (CSV: zone,date,windows,released,passages and the behaviours). Needs --policy.",
    };

    public Option<string?> Policy { get; } = new("--policy")
    {
        Description = "The policy (YAML). With --config the one named there is used unless this is given.",
    };

    public Option<string?> Calibration { get; } = new("--calibration")
    {
        Description = "Factors of the cameras (YAML: zone: {behaviour: precision / recall}). 1 where nothing is given. With --config the one named there is used unless this is given.",
    };

    public Option<string?> Rulings { get; } = new("--rulings")
    {
        Description = "What contests have decided (YAML, as /api/rulings gives it): days that do not count, factors, behaviours. With --config the store's are used.",
    };

    public Option<string> Config { get; } = new("--config", "-c")
    {
        Description = "The sink's configuration: scores from its store where --rows is not given.",
        DefaultValueFactory = _ => "sink.yaml",
    };

    public Option<string?> Zone { get; } = new("--zone") { Description = "One zone; all of them without it." };

    public Option<DateOnly?> AsOf { get; } = new("--as-of")
    {
        Description = "The day of the score, yyyy-MM-dd (UTC); today without it. Later rows are ignored.",
        CustomParser = ParseDay,
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Rows, Policy, Calibration, Rulings, Config, Zone, AsOf })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Rows) is not null && result.GetValue(Policy) is null)
                result.AddError("--rows needs --policy: a score is a function of both.");
        });
    }

    /// <summary>The day that is asked for.</summary>
    public DateOnly DayOf(ParseResult parsed) =>
        parsed.GetValue(AsOf) ?? DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static DateOnly? ParseDay(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            || day.Year is < 2000 or > 2199)
            result.AddError($"--as-of: \"{text}\" is no day between 2000-01-01 and 2199-12-31; write it as 2026-11-22.");
        return day;
    }
}
