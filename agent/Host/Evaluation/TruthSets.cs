namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>Finds out how each set lies on the disk, reads it, and gives it the frames that it has not of its own.</summary>
internal static class TruthSets
{
    /// <summary>In the order of their names; the first that recognises a path reads it.</summary>
    private static readonly ITruthFormat[] Formats =
        [.. typeof(TruthSets).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(ITruthFormat)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (ITruthFormat)Activator.CreateInstance(type)!)];

    public static string Layouts => string.Join("; ", Formats.Select(format => format.Layout));

    /// <param name="paths">Folders or files.</param>
    /// <param name="frames">Videos or folders of pictures, for those sets that have none, in their order.</param>
    /// <param name="every">Of a sequence only frames 1, 1 + every, ... are kept; from 1.</param>
    /// <exception cref="FormatException">A file is not of its format, or the layout is not known.</exception>
    /// <exception cref="IOException">Something is missing.</exception>
    public static IReadOnlyList<TruthSet> Read(IReadOnlyList<string> paths, IReadOnlyList<string> frames, int every)
    {
        var left = new Queue<string>(frames);
        var sets = paths.Select(path => Thin(WithFrames(ReadOne(path), path, left), every)).ToList();
        if (left.TryPeek(out var unused))
            throw new IOException($"--frames {unused}: every set has its pictures. Leave it out, or name the set that it belongs to.");
        return sets;
    }

    private static TruthSet ReadOne(string path)
    {
        if (!Directory.Exists(path) && !File.Exists(path))
            throw new DirectoryNotFoundException($"{path}: there is no such set. Name its folder, or a file of ground truth in MOT format.");
        var format = Formats.FirstOrDefault(format => format.Recognises(path))
            ?? throw new FormatException($"{path}: the layout is not known. Found {Found(path)}. Known layouts: {Layouts}.");
        // Two parts, because the last alone is often "test".
        var parts = Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var set = format.Read(path) with { Name = string.Join('/', parts.TakeLast(2)), Format = format.Name };
        return set.Pictures.Count > 0 ? set : throw new FormatException($"{path}: holds no picture ({format.Layout}).");
    }

    private static TruthSet WithFrames(TruthSet set, string path, Queue<string> frames)
    {
        if (set.HasPictures)
            return set;
        if (!frames.TryDequeue(out var source))
            throw new IOException($"{path}: has no pictures of its own. Name its video or its folder of pictures by --frames.");
        if (File.Exists(source))
            return set with { Clip = source };
        if (!Directory.Exists(source))
            throw new FileNotFoundException($"--frames {source}: there is no such video file, nor a folder of pictures.", source);
        var paths = FrameSequence.Number(source);
        if (set.Pictures.FirstOrDefault(picture => picture.Boxes.Count > 0 && !paths.ContainsKey(picture.Number)) is { } missing)
        {
            throw new IOException(
                $"{path}: has boxes of frame {missing.Number}, of which {source} has no picture ({paths.Count} are there). "
                + "Is it that sequence's?");
        }

        var there = set.Pictures.Where(picture => paths.ContainsKey(picture.Number));
        return set with { Pictures = [.. there.Select(picture => picture with { Path = paths[picture.Number] })] };
    }

    private static TruthSet Thin(TruthSet set, int every) =>
        set.IsSequence ? set with { Pictures = [.. set.Pictures.Where(picture => (picture.Number - 1) % every == 0)] } : set;

    private static string Found(string path)
    {
        if (File.Exists(path))
            return $"a file *{Path.GetExtension(path)}";
        var inside = Directory.EnumerateFileSystemEntries(path)
            .Select(entry => Directory.Exists(entry) ? Path.GetFileName(entry) + "/" : "*" + Path.GetExtension(entry))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        return inside.Count == 0 ? "an empty folder" : string.Join(", ", inside.Take(8)) + (inside.Count > 8 ? ", ..." : "");
    }
}
