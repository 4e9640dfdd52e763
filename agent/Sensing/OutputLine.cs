using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Sensing;

/// <summary>A line that the agent drives.</summary>
public record OutputOptions
{
    /// <summary>The number of the line at its chip.</summary>
    [Range(0, LineOptions.LineMax)]
    public required int Line { get; init; }

    /// <summary>True where a low level switches on.</summary>
    public bool ActiveLow { get; init; }
}

/// <summary>A light that calls someone over.</summary>
public sealed record LightOptions : OutputOptions
{
    /// <summary>For how long it is on after each call.</summary>
    [Range(1, 3600)]
    public int Seconds { get; init; } = 60;
}

/// <summary>An output that is on for a while after each call for it. Calls come from any thread and touch no hardware.</summary>
internal sealed class OutputLine(string name, OutputOptions options, TimeSpan length)
{
    private long _untilTicks;

    public string Name => name;

    public int Line => options.Line;

    /// <summary>What was last written; only the thread of the lines asks and says.</summary>
    public bool IsOn { get; set; }

    /// <summary>When it is to go off by itself; the far future while it is off.</summary>
    public DateTimeOffset DueAt => IsOn ? Until : DateTimeOffset.MaxValue;

    private DateTimeOffset Until => new(Volatile.Read(ref _untilTicks), TimeSpan.Zero);

    /// <summary>On from now; true where it was not already to be on.</summary>
    public bool CallFor(DateTimeOffset now)
    {
        var until = (now + length).UtcTicks;
        var before = Interlocked.Exchange(ref _untilTicks, until);
        return before <= now.UtcTicks || before > until;
    }

    public bool ShallBeOn(DateTimeOffset now)
    {
        var until = Until;
        return now < until && !SetBack.IsBetween(until - length, now);
    }

    /// <summary>The electrical level for on or off.</summary>
    public bool Level(bool isOn) => isOn != options.ActiveLow;
}
