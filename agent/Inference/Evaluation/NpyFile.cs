using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Inference.Evaluation;

/// <summary>
/// An array that NumPy's <c>save</c> wrote: header of version 1 or 2, 32-bit floats of little-endian order, rows first
/// (NumPy enhancement proposal 1). Holds the header; rows are read when asked for.
/// </summary>
internal sealed partial class NpyFile
{
    private const int MagicBytes = 8;
    private const int HeaderBytesMax = 1 << 20;

    private readonly string _path;
    private readonly long _dataStart;

    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="FormatException">It is not of that kind; the message says what was expected and found.</exception>
    public NpyFile(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file.", path);
        _path = path;
        using var file = File.OpenRead(path);
        (var header, _dataStart) = ReadHeader(file);
        var kind = Descr().Match(header).Groups["value"].Value;
        if (kind != "<f4")
            throw Fault($"expected 32-bit floats ('<f4'), found '{kind}'. Save it as float32");
        if (!FortranOrder().IsMatch(header))
            throw Fault("expected rows first ('fortran_order': False). Save it by numpy.ascontiguousarray");
        if (Sides().Match(header) is not { Success: true } sides)
            throw Fault($"its header has no shape: {header.Trim()}");
        Shape = [.. sides.Groups["value"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(side => int.Parse(side, NumberStyles.None, CultureInfo.InvariantCulture))];
        var expected = _dataStart + Shape.Aggregate(4L, (bytes, side) => bytes * side);
        if (file.Length != expected)
            throw Fault($"its shape {Text(Shape)} needs {expected} bytes, it has {file.Length}");
    }

    /// <summary>Sides, outermost first; empty for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Numbers in one step of the outermost side.</summary>
    public int RowLength => checked((int)Shape.Skip(1).Aggregate(1L, (count, side) => count * side));

    /// <param name="row">0-based place in the outermost side.</param>
    /// <param name="values"><see cref="RowLength"/> of them are filled.</param>
    public void ReadRow(int row, Span<float> values)
    {
        using var file = File.OpenRead(_path);
        file.Seek(_dataStart + 4L * row * RowLength, SeekOrigin.Begin);
        // Memory is little-endian on every machine that this runs on.
        file.ReadExactly(MemoryMarshal.AsBytes(values[..RowLength]));
    }

    public static string Text(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";

    private (string Text, long End) ReadHeader(FileStream file)
    {
        Span<byte> start = stackalloc byte[MagicBytes + 4];
        var count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (count < start.Length || start[0] != 0x93 || !start[1..].StartsWith("NUMPY"u8))
            throw Fault("expected a file of numpy.save, found another one");
        var isVersion1 = start[6] == 1;
        if (start[6] is not (1 or 2))
            throw Fault($"expected version 1 or 2 of the format, found {start[6]}");
        var bytes = isVersion1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        var headerStart = MagicBytes + (isVersion1 ? 2 : 4);
        if (bytes > HeaderBytesMax || headerStart + bytes > file.Length)
            throw Fault("its header is cut off");
        var header = new byte[bytes];
        file.Seek(headerStart, SeekOrigin.Begin);
        file.ReadExactly(header);
        return (Encoding.Latin1.GetString(header), headerStart + bytes);
    }

    private FormatException Fault(string what) => new($"{_path}: {what}.");

    [GeneratedRegex("'descr': *'(?<value>[^']*)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Descr();

    [GeneratedRegex("'fortran_order': *False", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FortranOrder();

    [GeneratedRegex(@"'shape': *\((?<value>([0-9]{1,9}(, *)?)*)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sides();
}
