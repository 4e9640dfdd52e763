using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>What a batch changes in the zone-day table, added up first, so that a burst of one zone is one row written.</summary>
internal sealed class ZoneDayDeltas
{
    private readonly Dictionary<(string Zone, int Day), Delta> _days = [];

    public IReadOnlyDictionary<(string Zone, int Day), Delta> Days => _days;

    /// <summary>Adds a record, or with <paramref name="sign"/> -1 takes it out again.</summary>
    public void Add(EventRecord record, int sign)
    {
        var key = (record.Zone, DateOnly.FromDateTime(record.Start.UtcDateTime).DayNumber);
        if (!_days.TryGetValue(key, out var delta))
            _days.Add(key, delta = new Delta());
        delta.Windows += sign;
        delta.Seconds += sign * record.Seconds;
        delta.Coverage += sign * record.Coverage;
        if (record.Status == RecordStatus.Ok)
        {
            delta.Released += sign;
            delta.Passages += sign * record.Passages;
        }

        foreach (var (behaviour, count) in record.Counts)
            delta.Add(behaviour, sign * count);
    }

    public void Clear() => _days.Clear();

    internal sealed class Delta
    {
        public int Windows { get; set; }

        public int Released { get; set; }

        public long Seconds { get; set; }

        public int Coverage { get; set; }

        public long Passages { get; set; }

        /// <summary>A handful, so that to look through them is quicker than any index.</summary>
        public List<KeyValuePair<string, long>> Counts { get; } = [];

        public void Add(string behaviour, long count)
        {
            for (var i = 0; i < Counts.Count; i++)
            {
                if (Counts[i].Key != behaviour)
                    continue;
                Counts[i] = new(behaviour, Counts[i].Value + count);
                return;
            }

            Counts.Add(new(behaviour, count));
        }
    }
}
