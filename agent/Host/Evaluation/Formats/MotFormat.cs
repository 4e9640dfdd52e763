using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference.Evaluation;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Evaluation.Formats;

/// <summary>
/// MOTChallenge: one text file of boxes for a sequence. Rows whose confidence is 0 are ignored. The eighth column is a class
/// only in files of nine columns (MOT16, 17 and 20: Milan et al., MOT16: A Benchmark for Multi-Object Tracking, 2016); in the ten
/// of MOT15 it is a place in the world, and all boxes are persons.
/// </summary>
internal sealed class MotFormat : ITruthFormat
{
    private const int ColumnsWithClass = 9;
    private const int ClassColumn = 7;

    public string Name => "MOT";

    public string Layout => "MOT: gt/gt.txt or gt.txt, its pictures in img1/ or where seqinfo.ini says, or given by --frames";

    public bool Recognises(string path) => FileOf(path) is not null;

    public TruthSet Read(string path)
    {
        var file = FileOf(path)!;
        var folder = FolderOf(file);
        var leftOut = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var boxes = Boxes(file, leftOut).ToLookup(row => row.Frame, row => row.Box);
        var paths = PicturesOf(folder) is { } pictures ? FrameSequence.Number(pictures) : null;
        if (boxes.Count == 0)
            throw new FormatException($"{file}: holds no box. Give a file of ground truth in MOT format.");
        var last = boxes.Max(frame => frame.Key);
        var missing = paths is null ? 0 : boxes.Select(frame => frame.Key).FirstOrDefault(number => !paths.ContainsKey(number));
        if (missing > 0)
            throw new IOException($"{file}: has boxes of frame {missing}, of which {PicturesOf(folder)} has no picture. Is it that sequence's?");
        var numbers = paths is null ? Enumerable.Range(1, last) : paths.Keys.Where(number => number <= last).Order();
        var sequence = numbers.Select(number => new TruthPicture(number, [.. boxes[number]], paths?[number]));
        return new TruthSet([.. sequence], leftOut) { IsSequence = true };
    }

    private static string? FileOf(string path)
    {
        if (File.Exists(path))
            return path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) ? path : null;
        string[] places = [Path.Combine(path, "gt", "gt.txt"), Path.Combine(path, "gt.txt")];
        return places.FirstOrDefault(File.Exists);
    }

    private static string FolderOf(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return Path.GetFileName(folder) == "gt" ? Path.GetDirectoryName(folder)! : folder;
    }

    private static string? PicturesOf(string folder)
    {
        var information = Path.Combine(folder, "seqinfo.ini");
        var named = !File.Exists(information) ? null : File.ReadLines(information)
            .Select(line => line.Split('=', 2))
            .FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim().Equals("imDir", StringComparison.OrdinalIgnoreCase))?[1].Trim();
        var pictures = Path.Combine(folder, named ?? "img1");
        return Directory.Exists(pictures) ? pictures : null;
    }

    private static IEnumerable<(int Frame, TruthBox Box)> Boxes(string file, SortedDictionary<string, int> leftOut)
    {
        var lines = File.ReadAllLines(file);
        var rows = MotFile.Read(file, lines);
        var row = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
                continue;
            var (frame, _, box, confidence) = rows[row++];
            var columns = lines[i].Split(',');
            var kind = columns.Length == ColumnsWithClass ? columns[ClassColumn].Trim() : "1";
            if (Truth(kind) is { } truth)
                yield return (frame, truth with { Box = box, IsIgnored = truth.IsIgnored || confidence == 0 });
            else if (kind is "9" or "10" or "11" or "13")
                leftOut[$"class {kind}"] = leftOut.GetValueOrDefault($"class {kind}") + 1;
            else
                throw new FormatException($"{file}:{i + 1}: class '{kind}' in column {ClassColumn + 1} is not one of MOT's 1 to 13");
        }
    }

    // Persons on vehicles, that stand for long, in reflections or hardly persons at all; and 6, what has wheels without a motor.
    private static TruthBox? Truth(string kind) => kind switch
    {
        "1" => new TruthBox(default, ObjectClass.Person),
        "3" or "5" => new TruthBox(default, ObjectClass.Vehicle),
        "4" => new TruthBox(default, ObjectClass.Bicycle),
        "2" or "6" or "7" or "8" or "12" => new TruthBox(default, null, IsIgnored: true),
        _ => null,
    };
}
