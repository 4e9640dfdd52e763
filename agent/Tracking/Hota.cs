namespace SocialCredit.Edge.Tracking;

/// <summary>
/// Higher order tracking accuracy (Luiten et al., HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking, IJCV 129,
/// 2021), each figure 0..1 and the mean over nineteen least overlaps alpha = 0.05, 0.10 .. 0.95.
/// </summary>
/// <param name="Score">HOTA: the mean of the geometric means of the next two at each alpha.</param>
/// <param name="Detection">DetA: matches / (matches + misses + false positives).</param>
/// <param name="Association">
/// AssA: for each match, of all boxes of its person and of its track the share in which the two are matched; the mean over
/// the matches.
/// </param>
public sealed record Hota(double Score, double Detection, double Association)
{
    private const int Levels = 19;

    // Overlaps that equal an alpha but for rounding are matches: the reference implementation allows the same.
    private const double Rounding = 1e-9;

    /// <summary>Scores tracks against the truth of the same sequence.</summary>
    /// <param name="truth">Rows of confidence 0 are left out: they mark what is not to be counted.</param>
    /// <param name="tracks">Rows of the tracker's output, of any order.</param>
    public static Hota Evaluate(IReadOnlyList<MotRow> truth, IReadOnlyList<MotRow> tracks)
    {
        var people = truth.Where(r => r.Confidence != 0).ToList();
        var alignments = Alignments(people, tracks);
        var matches = Matches(people, tracks, alignments);
        var lengths = (Lengths(people), Lengths(tracks));
        var (score, detection, association) = (0.0, 0.0, 0.0);
        for (var level = 1; level <= Levels; level++)
        {
            var alpha = (level / (Levels + 1.0)) - Rounding;
            var (found, agreement) = Agreement(matches.Where(m => m.Overlap >= alpha), lengths);
            var all = people.Count + tracks.Count - found;
            var ofDetection = all == 0 ? 0 : (double)found / all;
            var ofAssociation = found == 0 ? 0 : agreement / found;
            score += Math.Sqrt(ofDetection * ofAssociation) / Levels;
            detection += ofDetection / Levels;
            association += ofAssociation / Levels;
        }

        return new Hota(score, detection, association);
    }

    /// <summary>
    /// How well a person and a track go together over the whole sequence, 0..1. Each overlap counts as the share it has in all
    /// overlaps of its two boxes, so that where several could be meant none is taken for granted.
    /// </summary>
    private static Dictionary<(int Person, int Track), double> Alignments(List<MotRow> people, IReadOnlyList<MotRow> tracks)
    {
        var shared = new Dictionary<(int Person, int Track), double>();
        foreach (var (persons, boxes) in Frames(people, tracks))
        {
            var overlaps = Overlaps(persons, boxes);
            for (var row = 0; row < persons.Count; row++)
            {
                for (var column = 0; column < boxes.Count; column++)
                {
                    var overlap = overlaps[row][column];
                    var all = overlaps[row].Sum() + overlaps.Sum(r => r[column]) - overlap;
                    var pair = (persons[row].Id, boxes[column].Id);
                    if (overlap > 0)
                        shared[pair] = shared.GetValueOrDefault(pair) + (overlap / all);
                }
            }
        }

        var (ofPerson, ofTrack) = (Lengths(people), Lengths(tracks));
        return shared.ToDictionary(
            s => s.Key,
            s => s.Value / (ofPerson[s.Key.Person] + ofTrack[s.Key.Track] - s.Value));
    }

    /// <summary>One assignment a frame, for every alpha the same: the largest sum of overlaps times alignments.</summary>
    private static List<(int Person, int Track, double Overlap)> Matches(
        List<MotRow> people,
        IReadOnlyList<MotRow> tracks,
        Dictionary<(int Person, int Track), double> alignments)
    {
        var matches = new List<(int Person, int Track, double Overlap)>();
        var assignment = new Assignment();
        foreach (var (persons, boxes) in Frames(people, tracks))
        {
            var overlaps = Overlaps(persons, boxes);
            assignment.Begin(persons.Count, boxes.Count);
            for (var row = 0; row < persons.Count; row++)
            {
                for (var column = 0; column < boxes.Count; column++)
                {
                    var alignment = alignments.GetValueOrDefault((persons[row].Id, boxes[column].Id));
                    assignment.SetCost(row, column, -alignment * overlaps[row][column]);
                }
            }

            var solved = assignment.Solve(0);
            for (var row = 0; row < solved.Length; row++)
            {
                if (solved[row] >= 0)
                    matches.Add((persons[row].Id, boxes[solved[row]].Id, overlaps[row][solved[row]]));
            }
        }

        return matches;
    }

    /// <summary>The number of matches, and the sum over them of how far their person and their track agree.</summary>
    private static (int Found, double Agreement) Agreement(
        IEnumerable<(int Person, int Track, double Overlap)> matches,
        (Dictionary<int, int> People, Dictionary<int, int> Tracks) lengths)
    {
        var (found, agreement) = (0, 0.0);
        foreach (var pair in matches.CountBy(m => (m.Person, m.Track)))
        {
            var both = lengths.People[pair.Key.Person] + lengths.Tracks[pair.Key.Track] - pair.Value;
            found += pair.Value;
            agreement += (double)pair.Value * pair.Value / both;
        }

        return (found, agreement);
    }

    private static Dictionary<int, int> Lengths(IEnumerable<MotRow> rows) => rows.CountBy(r => r.Id).ToDictionary();

    private static IEnumerable<(List<MotRow> Persons, List<MotRow> Boxes)> Frames(List<MotRow> people, IReadOnlyList<MotRow> tracks)
    {
        var boxes = tracks.ToLookup(r => r.Frame);
        return people.GroupBy(r => r.Frame).Select(g => (g.ToList(), boxes[g.Key].ToList()));
    }

    private static double[][] Overlaps(List<MotRow> persons, List<MotRow> boxes) =>
        [.. persons.Select(p => boxes.Select(b => (double)p.Box.Overlap(b.Box)).ToArray())];
}
