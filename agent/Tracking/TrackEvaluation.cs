namespace SocialCredit.Edge.Tracking;

/// <summary>
/// Compares tracks with ground truth. CLEAR MOT (Bernardin and Stiefelhagen, EURASIP JIVP 2008): frame by frame, a pair that
/// was matched and still overlaps is kept, the rest is assigned at the largest overlaps; a switch is counted when a person is
/// matched with another track than at its last match, however long ago. Identity (Ristani et al., ECCV workshops 2016): one
/// pairing of persons and tracks for the whole sequence that makes the number of boxes in agreement largest.
/// </summary>
public sealed class TrackEvaluation
{
    private readonly double _overlapMin;
    private readonly Assignment _assignment = new();
    private readonly Dictionary<int, int> _trackOf = [];
    private readonly HashSet<(int Person, int Track)> _met = [];
    private readonly Dictionary<(int Person, int Track), int> _agreements = [];
    private readonly List<MotRow> _people = [];
    private readonly List<MotRow> _boxes = [];
    private int _matches;
    private int _switches;

    private TrackEvaluation(double overlapMin) => _overlapMin = overlapMin;

    /// <summary>Scores tracks against the truth of the same sequence.</summary>
    /// <param name="truth">Rows of confidence 0 are left out: they mark what is not to be counted.</param>
    /// <param name="tracks">Rows of the tracker's output, of any order.</param>
    /// <param name="overlapMin">Least overlap of a match, above 0 and at most 1.</param>
    public static TrackScores Evaluate(IReadOnlyList<MotRow> truth, IReadOnlyList<MotRow> tracks, double overlapMin = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(overlapMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlapMin, 1);
        var counted = truth.Where(r => r.Confidence != 0).ToList();
        var people = counted.ToLookup(r => r.Frame);
        var boxes = tracks.ToLookup(r => r.Frame);
        var evaluation = new TrackEvaluation(overlapMin);
        foreach (var frame in people.Select(g => g.Key).Order())
            evaluation.Frame(people[frame], boxes[frame]);

        var matched = evaluation._met.Select(m => m.Person).Distinct().Count();
        var persons = counted.Select(r => r.Id).Distinct().Count();
        return new TrackScores(
            counted.Count,
            tracks.Count,
            evaluation._matches,
            evaluation._switches,
            evaluation.IdentityMatches(),
            persons,
            evaluation._met.Count + persons - matched);
    }

    private void Frame(IEnumerable<MotRow> people, IEnumerable<MotRow> boxes)
    {
        _people.Clear();
        _boxes.Clear();
        _boxes.AddRange(boxes);
        foreach (var person in people)
        {
            CountAgreements(person);
            _people.Add(person);
        }

        // In the order of the file: of two people whose last track is the same one, the first keeps it.
        _matches += _people.RemoveAll(KeepsItsTrack);
        Assign();
    }

    private void CountAgreements(in MotRow person)
    {
        foreach (var box in _boxes)
        {
            if (person.Box.Overlap(box.Box) >= _overlapMin)
                _agreements[(person.Id, box.Id)] = _agreements.GetValueOrDefault((person.Id, box.Id)) + 1;
        }
    }

    private bool KeepsItsTrack(MotRow person)
    {
        if (!_trackOf.TryGetValue(person.Id, out var track))
            return false;
        var kept = _boxes.FindIndex(b => b.Id == track && b.Box.Overlap(person.Box) >= _overlapMin);
        if (kept >= 0)
            _boxes.RemoveAt(kept);
        return kept >= 0;
    }

    private void Assign()
    {
        _assignment.Begin(_people.Count, _boxes.Count);
        for (var row = 0; row < _people.Count; row++)
        {
            for (var column = 0; column < _boxes.Count; column++)
            {
                var overlap = _people[row].Box.Overlap(_boxes[column].Box);
                _assignment.SetCost(row, column, overlap >= _overlapMin ? 1 - overlap : double.PositiveInfinity);
            }
        }

        // A limit far above any cost: as many matches as possible come first, the overlaps second.
        var solved = _assignment.Solve(_people.Count + 1);
        for (var row = 0; row < solved.Length; row++)
        {
            if (solved[row] >= 0)
                Match(_people[row].Id, _boxes[solved[row]].Id);
        }
    }

    private void Match(int person, int track)
    {
        _matches++;
        if (_trackOf.TryGetValue(person, out var before) && before != track)
            _switches++;
        _trackOf[person] = track;
        _met.Add((person, track));
    }

    private int IdentityMatches()
    {
        var rows = Indices(_agreements.Keys.Select(k => k.Person));
        var columns = Indices(_agreements.Keys.Select(k => k.Track));
        _assignment.Begin(rows.Count, columns.Count);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < columns.Count; column++)
                _assignment.SetCost(row, column, 0);
        }

        foreach (var ((person, track), count) in _agreements)
            _assignment.SetCost(rows[person], columns[track], -count);

        var solved = _assignment.Solve(0);
        var sum = 0;
        foreach (var ((person, track), count) in _agreements)
        {
            if (solved[rows[person]] == columns[track])
                sum += count;
        }

        return sum;
    }

    private static Dictionary<int, int> Indices(IEnumerable<int> ids) =>
        ids.Distinct().Order().Select((id, index) => (id, index)).ToDictionary(p => p.id, p => p.index);
}
