namespace SocialCredit.Edge.Benchmarks.Sink.City;

/// <summary>Which city, and what is asked of it.</summary>
internal sealed record CityOptions
{
    /// <summary>Of its database.</summary>
    public string? Postgres { get; init; }

    /// <summary>Of a sink whose store is that database.</summary>
    public string? Config { get; init; }

    /// <summary>At most so many parts of the pass are computed; the rest is left to another run.</summary>
    public int Parts { get; init; } = int.MaxValue;

    /// <summary>The scores are computed as if it were so many days later: each night's work after the first is small.</summary>
    public int DaysLater { get; init; }

    /// <summary>As many as city.sql made.</summary>
    public int Zones { get; init; } = 1_000_000;

    /// <summary>How many records are taken at most.</summary>
    public int Records { get; init; } = 1_000_000;

    /// <summary>Of a sink that runs on the database.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>What is asked of it; {zone} becomes a zone drawn by a fixed seed.</summary>
    public string[] Paths { get; init; } = ["/api/zones/{zone}/score", "/api/zones/{zone}"];

    /// <summary>How often each path is asked.</summary>
    public int Requests { get; init; } = 1000;

    /// <exception cref="FormatException">An argument is not understood.</exception>
    public static CityOptions Read(string[] args)
    {
        var options = new CityOptions();
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} asks for a value.");
            options = args[i] switch
            {
                "--postgres" => options with { Postgres = Value() },
                "--config" => options with { Config = Value() },
                "--parts" => options with { Parts = int.Parse(Value()) },
                "--days-later" => options with { DaysLater = int.Parse(Value()) },
                "--zones" => options with { Zones = int.Parse(Value()) },
                "--records" => options with { Records = int.Parse(Value()) },
                "--requests" => options with { Requests = int.Parse(Value()) },
                "--url" => options with { Url = new Uri(Value()) },
                "--paths" => options with { Paths = Value().Split(',') },
                var other => throw new FormatException($"'{other}' is not known here."),
            };
        }

        return options;
    }
}
