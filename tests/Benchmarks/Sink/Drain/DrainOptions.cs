namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>What one run of the drain is.</summary>
internal sealed record DrainOptions
{
    /// <summary>In the queue, each round.</summary>
    public int Records { get; init; } = 40_000;

    public int Rounds { get; init; } = 9;

    /// <summary>Records are signed and their signatures are checked; otherwise they are the simulated city's, behind which there is no device.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Of a server that may be written to; null leaves PostgreSQL out.</summary>
    public string? Postgres { get; init; }

    /// <summary>Where the script of Node is, with its modules; null leaves it out.</summary>
    public string? Node { get; init; }

    /// <summary>The contestants by name; empty for all. The empty handler is always among them: all are held against it.</summary>
    public string[] Only { get; init; } = [];

    /// <exception cref="FormatException">An argument is not understood.</exception>
    public static DrainOptions Read(string[] args)
    {
        var options = new DrainOptions();
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} asks for a value.");
            options = args[i] switch
            {
                "--records" => options with { Records = int.Parse(Value()) },
                "--rounds" => options with { Rounds = int.Parse(Value()) },
                "--signed" => options with { IsSigned = true },
                "--postgres" => options with { Postgres = Value() },
                "--only" => options with { Only = Value().Split(',') },
                "--node" => options with { Node = Path.GetFullPath(Value()) },
                var other => throw new FormatException($"'{other}' is not known here."),
            };
        }

        var window = LoadRecords.Devices * LoadRecords.ZonesPerDevice;
        if (options.Records % window != 0)
            throw new FormatException($"--records must be a multiple of {window}: each zone sends a record for each window.");
        return options;
    }
}
