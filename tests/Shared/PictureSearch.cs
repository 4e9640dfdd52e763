using System.Buffers.Binary;

namespace SocialCredit.Edge.Tests;

/// <summary>Finds a picture or a video at any place of any bytes, by what its format begins with.</summary>
internal static class PictureSearch
{
    private static readonly (string Format, byte[] Start)[] Plain =
    [
        ("PNG", [0x89, .. "PNG\r\n"u8]),
        ("GIF", [.. "GIF87a"u8]),
        ("GIF", [.. "GIF89a"u8]),
        ("pixmap", [.. "P6\n"u8]),
        ("greymap", [.. "P5\n"u8]),
        ("TIFF", [.. "II*\0"u8, 8, 0, 0, 0]),
        ("JPEG 2000", [0, 0, 0, 12, .. "jP  "u8]),
        ("MP4", [.. "ftypisom"u8]),
        ("Matroska", [0x1A, 0x45, 0xDF, 0xA3]),
    ];

    /// <summary>Annex B start codes with a parameter set or a key frame behind them: H.264, then HEVC.</summary>
    private static readonly byte[][] StartCodes =
        [[0, 0, 0, 1, 0x67], [0, 0, 0, 1, 0x65], [0, 0, 0, 1, 0x40, 1], [0, 0, 0, 1, 0x42, 1], [0, 0, 1, 0xB3]];

    /// <summary>The format and the place of the first one found, or null.</summary>
    /// <param name="bytes">Where.</param>
    /// <param name="withStartCodes">Those of video too; four bytes that a database may hold by chance.</param>
    public static string? Find(ReadOnlySpan<byte> bytes, bool withStartCodes = true)
    {
        foreach (var (format, start) in Plain)
        {
            if (bytes.IndexOf(start) is var at and >= 0)
                return $"{format} at {at}";
        }

        for (var at = 0; at + 30 <= bytes.Length; at++)
        {
            if (FormatAt(bytes[at..]) is { } format)
                return $"{format} at {at}";
        }

        return withStartCodes ? FindStartCode(bytes) : null;
    }

    private static string? FindStartCode(ReadOnlySpan<byte> bytes)
    {
        foreach (var code in StartCodes)
        {
            if (bytes.IndexOf(code) is var at and >= 0)
                return $"video at {at}";
        }

        return null;
    }

    private static string? FormatAt(ReadOnlySpan<byte> bytes) => bytes[0] switch
    {
        0xFF when bytes[1] == 0xD8 && bytes[2] == 0xFF && bytes[3] >= 0xC0 => "JPEG",
        (byte)'R' when bytes.StartsWith("RIFF"u8) && (bytes[8..].StartsWith("WEBP"u8) || bytes[8..].StartsWith("AVI "u8)) => "RIFF",

        // BITMAPFILEHEADER: reserved zeros, then how far the pixels are, then the length of one of the headers that there are.
        (byte)'B' when bytes[1] == 'M' && BinaryPrimitives.ReadUInt32LittleEndian(bytes[6..]) == 0
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]) is 12 or 40 or 108 or 124 => "BMP",
        _ => null,
    };
}
