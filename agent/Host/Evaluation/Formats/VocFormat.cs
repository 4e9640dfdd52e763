using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference.Evaluation;

namespace SocialCredit.Edge.Host.Evaluation.Formats;

/// <summary>
/// PASCAL VOC: one XML file for a picture. Pixels count from 1 there and the last one belongs to the box (VOC 2012 development
/// kit, section 5). Objects marked as difficult are ignored.
/// </summary>
internal sealed class VocFormat : ITruthFormat
{
    public string Name => "VOC";

    public string Layout => "VOC: Annotations/*.xml with JPEGImages/, or *.xml beside their pictures";

    public bool Recognises(string path) => Directory.Exists(path) && FilesOf(path).Any();

    public TruthSet Read(string path)
    {
        var leftOut = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var pictures = FilesOf(path).Order(StringComparer.Ordinal).Select((file, i) => Picture(path, file, leftOut) with { Number = i + 1 });
        return new TruthSet([.. pictures], leftOut);
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        var annotations = Path.Combine(path, "Annotations");
        return Directory.EnumerateFiles(Directory.Exists(annotations) ? annotations : path, "*.xml");
    }

    private static TruthPicture Picture(string set, string file, SortedDictionary<string, int> leftOut)
    {
        var boxes = new List<TruthBox>();
        var root = Load(file);
        foreach (var labelled in root.Elements("object"))
        {
            var name = labelled.Element("name")?.Value.Trim() ?? throw Fault(file, labelled, "an object has no <name>");
            var box = BoxOf(file, labelled);
            if (TruthNames.ClassOf(name) is { } known)
                boxes.Add(new TruthBox(box, known, labelled.Element("difficult")?.Value.Trim() == "1"));
            else
                leftOut[name] = leftOut.GetValueOrDefault(name) + 1;
        }

        return new TruthPicture(0, boxes, PictureOf(set, file, root.Element("filename")?.Value.Trim()));
    }

    private static XElement Load(string file)
    {
        try
        {
            using var reader = XmlReader.Create(file);
            var root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
            return root.Name.LocalName == "annotation" ? root : throw Fault(file, root, $"expected <annotation>, found <{root.Name.LocalName}>");
        }
        catch (XmlException broken)
        {
            throw new FormatException($"{file}:{broken.LineNumber}: {broken.Message}", broken);
        }
    }

    private static Box BoxOf(string file, XElement labelled)
    {
        var box = labelled.Element("bndbox") ?? throw Fault(file, labelled, "an object has no <bndbox>");
        float Side(string name)
        {
            var side = box.Element(name) ?? throw Fault(file, box, $"a <bndbox> has no <{name}>");
            var isNumber = float.TryParse(side.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
            return isNumber && float.IsFinite(value) ? value : throw Fault(file, side, $"<{name}> is '{side.Value}', not a number");
        }

        var (left, top, right, bottom) = (Side("xmin") - 1, Side("ymin") - 1, Side("xmax"), Side("ymax"));
        return right > left && bottom > top
            ? new Box(left, top, right, bottom)
            : throw Fault(file, box, "a <bndbox> ends before it begins");
    }

    private static string PictureOf(string set, string file, string? named)
    {
        string[] folders = [Path.Combine(set, "JPEGImages"), Path.Combine(set, "images"), Path.GetDirectoryName(file)!, set];
        var stem = Path.GetFileNameWithoutExtension(file);
        string[] names = [.. named is null ? [] : (string[])[Path.GetFileName(named)], $"{stem}.jpg", $"{stem}.jpeg", $"{stem}.png"];
        return folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{file}: its picture {named ?? stem} is neither in {string.Join(" nor in ", folders.Distinct())}.");
    }

    private static FormatException Fault(string file, XElement at, string what) => new($"{file}:{((IXmlLineInfo)at).LineNumber}: {what}");
}
