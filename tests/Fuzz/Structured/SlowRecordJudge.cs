using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NJsonSchema;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Fuzz.Structured;

/// <summary>Says of a payload whether it is a record of the contract, by the published schema and by another reader of JSON than ours.</summary>
internal static partial class SlowRecordJudge
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(EventRecordSchema.Text).GetAwaiter().GetResult();

    /// <summary>Null if it is one, else what is wrong.</summary>
    public static string? Fault(byte[] payload)
    {
        var faults = Schema.Validate(Encoding.UTF8.GetString(payload));
        if (faults.Count > 0)
            return $"the schema says {faults.First()}";
        using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { AllowDuplicateProperties = false });
        var record = document.RootElement;
        foreach (var (key, form) in new[] { ("site", Name()), ("zone", Name()), ("policy", Version()), ("calibration", Version()) })
        {
            if (!form.IsMatch(record.GetProperty(key).GetString()!))
                return $"{key} is {record.GetProperty(key)}";
        }

        var (profile, seconds) = (record.GetProperty("profile").GetString(), record.GetProperty("seconds").GetInt32());
        if (!(profile switch { "standard" => seconds is 3600 or 21600, "strict" => seconds == 86400, _ => seconds is >= 1 and <= 86400 }))
            return $"a window of {seconds} s in {profile}";
        var start = record.GetProperty("start").GetDateTimeOffset();
        if (start.ToUnixTimeSeconds() < 0 || start.ToUnixTimeSeconds() % seconds != 0 || DateTimeOffset.MaxValue - start <= TimeSpan.FromSeconds(seconds))
            return $"a window of {seconds} s does not start at {start:u}, or never ends";
        var counts = record.GetProperty("counts").EnumerateObject().Select(count => count.Value.GetInt64());
        return record.GetProperty("status").GetString() != "ok" && counts.Append(record.GetProperty("passages").GetInt64()).Any(count => count != 0)
            ? "it counts and was not released"
            : null;
    }

    [GeneratedRegex(@"^[a-z0-9-]{3,32}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z0-9.-]{1,32}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Version();
}
