namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>
/// One way in which ground truth lies on a disk. Every class of this assembly that is one is known by that alone, so a format is
/// added by adding a file.
/// </summary>
internal interface ITruthFormat
{
    /// <summary>For a reader: MOT, VOC, YOLO text.</summary>
    string Name { get; }

    /// <summary>By which files it is known, for the message about a layout that is not.</summary>
    string Layout { get; }

    /// <summary>True where the path (a folder, or a file) holds this format.</summary>
    bool Recognises(string path);

    /// <summary>The whole truth; a set that has no pictures of its own has none with a path.</summary>
    /// <exception cref="FormatException">A file is not of the format; the message names file, line and fault.</exception>
    /// <exception cref="IOException">A file cannot be read, or a picture is missing.</exception>
    TruthSet Read(string path);
}
