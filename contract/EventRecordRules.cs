using System.Text.Json;

namespace SocialCredit.Edge.Contract;

/// <summary>What must hold of a record whatever its form; the writer and the reader both keep to it.</summary>
internal static class EventRecordRules
{
    /// <summary>Behind it the end of a day would be no date any more.</summary>
    private static readonly DateTimeOffset StartMax = DateTimeOffset.MaxValue.AddSeconds(-EventRecord.SecondsMax);

    private static readonly string[] Scored =
        [.. Behaviours.All.Where(b => b.Sign is BehaviourSign.Good or BehaviourSign.Bad).Select(b => b.Name)];

    /// <summary>Null if the record keeps every rule, else what is wrong with it.</summary>
    public static string? Fault(EventRecord record)
    {
        if (!Names.IsValid(record.Site))
            return "'site' is not of the form [a-z0-9-]{3,32}.";
        if (!Names.IsValid(record.Zone))
            return "'zone' is not of the form [a-z0-9-]{3,32}.";
        if (!Names.IsVersion(record.Policy))
            return "'policy' is not of the form [a-z0-9.-]{1,32}.";
        if (!Names.IsVersion(record.Calibration))
            return "'calibration' is not of the form [a-z0-9.-]{1,32}.";
        if (record.Coverage is < 0 or > 10)
            return "'coverage' is not from 0 to 10.";
        return WindowFault(record) ?? CountsFault(record);
    }

    public static bool IsScored(string behaviour) => Scored.Contains(behaviour);

    /// <summary>The scored behaviour whose name the reader stands on, or null.</summary>
    public static string? ScoredBehaviour(ref Utf8JsonReader json)
    {
        if (json.ValueIsEscaped)
            return null;
        foreach (var name in Scored)
        {
            if (json.ValueTextEquals(name))
                return name;
        }

        return null;
    }

    private static string? WindowFault(EventRecord record)
    {
        if (!WindowLengths.IsPermitted(record.Profile, record.Seconds))
            return $"'seconds' is not a length that the profile permits ({WindowLengths.InWords(record.Profile)}).";
        var isUtcSecond = record.Start.Offset == TimeSpan.Zero && record.Start.Ticks % TimeSpan.TicksPerSecond == 0;
        var unixSeconds = record.Start.ToUnixTimeSeconds();
        if (record.Start > StartMax)
            return "'start' is so late that the window has no end.";
        if (!isUtcSecond || unixSeconds < 0 || unixSeconds % record.Seconds != 0)
            return "'start' is not a whole multiple of 'seconds' since 1970, in UTC.";
        return null;
    }

    private static string? CountsFault(EventRecord record)
    {
        if (!Enum.IsDefined(record.Status))
            return "'status' is not ok, low, lost or off.";
        if (record.Passages is < 0 or > EventRecord.CountMax)
            return $"'passages' is not from 0 to {EventRecord.CountMax}.";
        var mustBeZero = record.Status != RecordStatus.Ok;
        if (mustBeZero && record.Passages != 0)
            return "'passages' must be 0 unless 'status' is ok.";
        for (var i = 0; i < record.Counts.Count; i++)
        {
            var (behaviour, count) = record.Counts[i];
            if (!Scored.Contains(behaviour))
                return "'counts' has a key that is no scored behaviour.";
            for (var earlier = 0; earlier < i; earlier++)
            {
                if (record.Counts[earlier].Behaviour == behaviour)
                    return $"'counts' has '{behaviour}' twice.";
            }

            if (count is < -EventRecord.CountMax or > EventRecord.CountMax)
                return $"'counts' has '{behaviour}' outside of +-{EventRecord.CountMax}.";
            if (mustBeZero && count != 0)
                return $"'counts' must be all 0 unless 'status' is ok, but '{behaviour}' is not.";
        }

        return null;
    }
}
