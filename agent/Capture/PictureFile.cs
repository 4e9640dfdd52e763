using OpenCvSharp;

namespace SocialCredit.Edge.Capture;

/// <summary>Single pictures, for offline work: *.jpg, *.jpeg and *.png.</summary>
public static class PictureFile
{
    public static bool IsPicture(string path) =>
        path.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase)
        || path.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase)
        || path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>The pictures of a folder by name, ordinal; sub-folders are not looked into.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> In(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal)];

    /// <summary>A frame without a time, of index 0. Whoever receives it disposes it.</summary>
    /// <exception cref="IOException">There is no such file, or it is not a picture that can be decoded.</exception>
    public static Frame Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such picture.", path);
        var pixels = Cv2.ImRead(path, ImreadModes.Color);
        if (!pixels.Empty())
            return new Frame(pixels, DateTimeOffset.UnixEpoch, 0);
        pixels.Dispose();
        throw new IOException($"{path}: not a picture that can be decoded. Repair it, or take it out of the folder.");
    }
}
