using System.Text;
using SQLitePCL;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>A parameter of a <see cref="SqliteStatement"/>: a text, a whole number or bytes. A number needs no object of its own.</summary>
internal readonly struct SqliteValue
{
    // Names have 32 bytes at most.
    private const int ShortBytes = 128;

    private readonly string? _text;
    private readonly long _number;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly bool _isBytes;

    private SqliteValue(string text) => _text = text;

    private SqliteValue(long number) => _number = number;

    private SqliteValue(ReadOnlyMemory<byte> bytes) => (_bytes, _isBytes) = (bytes, true);

    public static implicit operator SqliteValue(string text) => new(text);

    public static implicit operator SqliteValue(long number) => new(number);

    public static implicit operator SqliteValue(ReadOnlyMemory<byte> bytes) => new(bytes);

    public static implicit operator SqliteValue(byte[] bytes) => new(bytes.AsMemory());

    /// <summary>The library's result.</summary>
    public int Bind(sqlite3_stmt statement, int index)
    {
        if (_isBytes)
            return _bytes.Length == 0 ? raw.sqlite3_bind_zeroblob(statement, index, 0) : raw.sqlite3_bind_blob(statement, index, _bytes.Span);
        if (_text is null)
            return raw.sqlite3_bind_int64(statement, index, _number);
        Span<byte> utf8 = stackalloc byte[ShortBytes];
        return Encoding.UTF8.TryGetBytes(_text, utf8, out var length)
            ? raw.sqlite3_bind_text(statement, index, utf8[..length])
            : raw.sqlite3_bind_text(statement, index, _text);
    }
}
