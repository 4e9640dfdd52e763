using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SocialCredit.Edge.Configuration;

/// <summary>
/// The one reader of YAML files: names every fault with file, line, key and hint. Keys are the properties of
/// <c>T</c> in camelCase; data annotations and <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/> are
/// checked; a key that is absent keeps the property's default.
/// </summary>
public static class YamlReader
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int FileBytesMax = 1 << 20;

    private static readonly SearchValues<char> NeverInText =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c).Except(['\t', '\n', '\r'])]);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file; never throws for what stands in it, nor for a file that is missing or not readable.</summary>
    /// <param name="path">Named in faults as it is given here.</param>
    public static YamlDocument<T> Read<T>(string path) where T : class
    {
        string text;
        try
        {
            text = StrictUtf8.GetString(ReadBytes(path));
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var (problem, hint) = Explain(broken, path);
            return Refused<T>(path, 0, problem, hint);
        }

        return Parse<T>(text, path);
    }

    /// <summary>The same for bytes at hand, in strict UTF-8.</summary>
    public static YamlDocument<T> Parse<T>(ReadOnlySpan<byte> bytes, string fileName) where T : class
    {
        if (!Utf8.IsValid(bytes))
            return Refused<T>(fileName, 0, "The file is not UTF-8 text.", "Check that it is the right file; save it as UTF-8.");
        return Parse<T>(StrictUtf8.GetString(bytes), fileName);
    }

    /// <summary>The same for text at hand; <paramref name="fileName"/> is what faults name.</summary>
    public static YamlDocument<T> Parse<T>(string text, string fileName) where T : class
    {
        text = text.TrimStart('\uFEFF');
        if (text.Length > FileBytesMax)
            return Refused<T>(fileName, 0, "The file is larger than 1 MiB.", "Check that it is the right file.");
        var odd = text.AsSpan().IndexOfAny(NeverInText);
        if (odd >= 0)
        {
            var line = 1 + text.AsSpan(0, odd).Count('\n');
            return Refused<T>(fileName, line, "The file is not text.", "Check that it is the right file; save it as UTF-8.");
        }

        return Bind<T>(text, fileName);
    }

    private static YamlDocument<T> Bind<T>(string text, string fileName) where T : class
    {
        var log = new FaultLog(fileName);
        try
        {
            var root = YamlTree.Read(text);
            if (root is null || root.IsNull)
                throw new YamlFaultException(1, "The file is empty.", "Write its keys, each as key: value.");
            log.Place("", root.Line);
            var bound = new Binder(log).Bind(typeof(T), root, "");
            return new YamlDocument<T>(bound.IsComplete ? (T?)bound.Value : null, log);
        }
        catch (YamlFaultException broken)
        {
            log.Add(broken.Line, "", broken.Message, broken.Hint);
            return new YamlDocument<T>(null, log);
        }
    }

    /// <summary>The bytes of a file of at most <see cref="FileBytesMax"/>; no more is read, whatever it is.</summary>
    /// <exception cref="IOException">The file is larger, is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="ArgumentException">It is not the name of a file.</exception>
    public static byte[] ReadBytes(string path)
    {
        using var file = File.OpenRead(path);
        // One more than is permitted, not the file's length: a device or a pipe has none.
        var buffer = ArrayPool<byte>.Shared.Rent(FileBytesMax + 1);
        try
        {
            var read = file.ReadAtLeast(buffer.AsSpan(0, FileBytesMax + 1), FileBytesMax + 1, throwOnEndOfStream: false);
            return read <= FileBytesMax ? buffer[..read] : throw new FileTooLargeException();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (string Problem, string Hint) Explain(Exception broken, string path) => broken switch
    {
        FileTooLargeException => ("The file is larger than 1 MiB.", "Check that it is the right file."),
        FileNotFoundException or DirectoryNotFoundException =>
            ("The file does not exist.", $"It was looked for at {Path.GetFullPath(path)}."),
        DecoderFallbackException => ("The file is not UTF-8 text.", "Check that it is the right file; save it as UTF-8."),
        ArgumentException => ("This is not the name of a file.", "Name the configuration file."),
        UnauthorizedAccessException when Directory.Exists(path) => ("This is a folder.", "Name the file in it."),
        UnauthorizedAccessException =>
            ("The file may not be read.", $"Give user {Environment.UserName} the right to read it (ls -l shows who may)."),
        _ => ($"The file cannot be read: {broken.Message.TrimEnd('.')}.", ""),
    };

    private static YamlDocument<T> Refused<T>(string file, int line, string problem, string hint) where T : class
    {
        var log = new FaultLog(file);
        log.Add(line, "", problem, hint);
        return new YamlDocument<T>(null, log);
    }

    private sealed class FileTooLargeException() : IOException("It is larger than 1 MiB.");
}
