using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Configuration;

/// <summary>A street with everything that a file can say.</summary>
public sealed record SampleOptions : IValidatableObject
{
    [Description("As in the public register.")]
    [RegularExpression("[a-z0-9-]{3,32}")]
    public required string Name { get; init; }

    [Range(1, 3600)]
    public int WindowSeconds { get; init; } = 900;

    [Range(0.05, 0.95)]
    public float OverlapMin { get; init; } = 0.3f;

    [Range(0.001, double.PositiveInfinity)]
    public double Epsilon { get; init; } = 1;

    public bool IsDemo { get; init; }

    public long? Seed { get; init; }

    public string? Note { get; init; }

    public SampleSign Sign { get; init; }

    public DateOnly? Since { get; init; }

    public DateTimeOffset? Start { get; init; }

    public SamplePoint? Direction { get; init; }

    [MaxLength(2)]
    public IReadOnlyList<SampleCamera> Cameras { get; init; } = [];

    public string[] Words { get; init; } = ["kept"];

    public OrderedDictionary<string, double> Rates { get; init; } = [];

    public IReadOnlyDictionary<string, SampleRuleOptions> Rules { get; init; } = new Dictionary<string, SampleRuleOptions>();

    public IReadOnlyList<SampleRuleOptions> RuleList { get; init; } = [];

    public SampleLink Link { get; init; } = new();

    public Secret? Password { get; init; }

    public SampleVersion? Version { get; init; }

    [Range(0, 100, MinimumIsExclusive = true)]
    public double Size { get; init; } = 50;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsDemo && WindowSeconds > 900)
            yield return new ValidationResult("A demo's window is 900 s at most.", [nameof(WindowSeconds)]);
    }
}

public enum SampleSign
{
    Good,
    NotSoGood,
}

public readonly record struct SamplePoint(float X, float Y);

/// <summary>Where pictures come from.</summary>
public sealed record SampleCamera
{
    /// <summary>A file or an address.</summary>
    [Required]
    public required string Source { get; init; }

    [MinLength(3)]
    public List<SamplePoint> Mask { get; init; } = [new(0, 0), new(1, 0), new(1, 1)];
}

public sealed record SampleLink(string Host = "localhost", [Range(1, 65535)] int Port = 1883);

public sealed record SampleGate
{
    [Required]
    public string? Name { get; init; }

    [Required]
    public string Host { get; init; } = "localhost";
}

public abstract record SampleRuleOptions;

/// <summary>Moves against the lane.</summary>
public sealed class WrongWaySampleRule
{
    public sealed record Options : SampleRuleOptions
    {
        [Range(1, 180)]
        public double AngleMinDegrees { get; init; } = 120;
    }
}

public sealed class PassageSampleRule
{
    public sealed record Options : SampleRuleOptions;
}

public sealed record SampleVersion(int Major) : IParsable<SampleVersion>
{
    public static SampleVersion Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var version) ? version : throw new FormatException("A version begins with v.");

    public static bool TryParse(string? s, IFormatProvider? provider, out SampleVersion result)
    {
        var isVersion = int.TryParse(s?.TrimStart('v'), out var major) && s!.StartsWith('v');
        result = new SampleVersion(major);
        return isVersion;
    }
}
