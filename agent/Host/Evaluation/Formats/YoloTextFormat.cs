using System.Globalization;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference.Evaluation;

namespace SocialCredit.Edge.Host.Evaluation.Formats;

/// <summary>
/// YOLO text: below <c>images/</c> the pictures, at the same place below <c>labels/</c> beside it a text file for each:
/// <c>class x y width height</c>, the centre and size in 0..1 of the picture. A picture without such a file shows nothing.
/// </summary>
internal sealed class YoloTextFormat : ITruthFormat
{
    private const string Expected = "expected: class x y width height, in 0..1 of the picture";

    public string Name => "YOLO text";

    public string Layout => "YOLO text: images/ and labels/, or such a pair in sub-folders, and the names in data.yaml or classes.txt";

    public bool Recognises(string path) => Directory.Exists(path) && LabelFolders(path).Count > 0;

    public TruthSet Read(string path)
    {
        var names = YoloNames.Of(path);
        var leftOut = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var pictures = new List<TruthPicture>();
        foreach (var labels in LabelFolders(path))
        {
            var images = Path.Combine(Path.GetDirectoryName(labels)!, "images");
            var files = Files(labels)
                .Where(file => file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
                .ToDictionary(file => Stem(labels, file));
            foreach (var picture in Files(images).Where(PictureFile.IsPicture).Order(StringComparer.Ordinal))
            {
                var boxes = files.Remove(Stem(images, picture), out var file) ? Boxes(file, names, leftOut) : [];
                pictures.Add(new TruthPicture(pictures.Count + 1, boxes, picture, IsInShares: true));
            }

            if (files.Values.Order(StringComparer.Ordinal).FirstOrDefault(file => Path.GetFileName(file) != "classes.txt") is { } orphan)
                throw new FileNotFoundException($"{orphan}: there is no picture of that name below {images}.");
        }

        return new TruthSet(pictures, leftOut);
    }

    private static List<string> LabelFolders(string path) =>
        [.. Directory.EnumerateDirectories(path, "labels", SearchOption.AllDirectories)
            .Where(labels => Directory.Exists(Path.Combine(Path.GetDirectoryName(labels)!, "images")))
            .Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);

    private static string Stem(string folder, string file) => Path.ChangeExtension(Path.GetRelativePath(folder, file), null);

    private static List<TruthBox> Boxes(string file, IReadOnlyDictionary<int, string> names, SortedDictionary<string, int> leftOut)
    {
        var boxes = new List<TruthBox>();
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (Parse(line, out var label, out var box) is { } fault)
                throw new FormatException($"{file}:{number}: {fault}; {Expected}");
            if (!names.TryGetValue(label, out var name))
                throw new FormatException($"{file}:{number}: class {label} has no name; the names are {string.Join(", ", names.Values)}");
            if (TruthNames.ClassOf(name) is { } known)
                boxes.Add(new TruthBox(box, known));
            else
                leftOut[name] = leftOut.GetValueOrDefault(name) + 1;
        }

        return boxes;
    }

    private static string? Parse(string line, out int label, out Box box)
    {
        (label, box) = (0, default);
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
            return $"{fields.Length} columns";
        if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out label))
            return $"class '{fields[0]}' is not a whole number";
        var values = new float[4];
        for (var i = 0; i < values.Length; i++)
        {
            var isNumber = float.TryParse(fields[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]);
            // A little over: what rounding leaves.
            if (!isNumber || !(values[i] is >= -0.01f and <= 1.01f))
                return $"column {i + 2} is '{fields[i + 1]}', not in 0..1";
        }

        var (x, y, halfWidth, halfHeight) = (values[0], values[1], values[2] / 2, values[3] / 2);
        box = new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
        return null;
    }
}
