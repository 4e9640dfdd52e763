using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SocialCredit.Edge.Inference.Heads;

namespace SocialCredit.Edge.Inference;

/// <summary>The three float planes of an input tensor; takes interleaved bytes (blue, green, red, blue, ...) apart into them.</summary>
internal readonly ref struct ColourPlanes(Span<float> blue, Span<float> green, Span<float> red)
{
    private const int PixelsPerStep = 16;
    private const byte No = 0xFF;

    private readonly Span<float> _blue = blue;
    private readonly Span<float> _green = green;
    private readonly Span<float> _red = red;

    /// <summary>The planes of a tensor [3, height, width].</summary>
    public static ColourPlanes Of(Span<float> tensor, ChannelOrder order)
    {
        var plane = tensor.Length / 3;
        var first = tensor[..plane];
        var second = tensor.Slice(plane, plane);
        var third = tensor[(2 * plane)..];
        return order == ChannelOrder.Bgr ? new(first, second, third) : new(third, second, first);
    }

    /// <summary>The same planes without their first pixels.</summary>
    public ColourPlanes From(int pixel) => new(_blue[pixel..], _green[pixel..], _red[pixel..]);

    /// <summary>Writes <c>pixels.Length / 3</c> values to each plane, every byte times <paramref name="scale"/>.</summary>
    public void Write(ReadOnlySpan<byte> pixels, float scale)
    {
        var done = Vector128.IsHardwareAccelerated ? WriteVectors(pixels, scale) : 0;
        From(done).WriteScalar(pixels[(done * 3)..], scale);
    }

    public void WriteScalar(ReadOnlySpan<byte> pixels, float scale)
    {
        for (var i = 0; i < pixels.Length / 3; i++)
        {
            _blue[i] = pixels[3 * i] * scale;
            _green[i] = pixels[3 * i + 1] * scale;
            _red[i] = pixels[3 * i + 2] * scale;
        }
    }

    /// <summary>Whole steps only; says how many pixels it wrote.</summary>
    public int WriteVectors(ReadOnlySpan<byte> pixels, float scale)
    {
        var count = pixels.Length / 3 / PixelsPerStep * PixelsPerStep;
        // The references below leave bounds checking to these slices.
        ref var source = ref MemoryMarshal.GetReference(pixels[..(count * 3)]);
        ref var toBlue = ref MemoryMarshal.GetReference(_blue[..count]);
        ref var toGreen = ref MemoryMarshal.GetReference(_green[..count]);
        ref var toRed = ref MemoryMarshal.GetReference(_red[..count]);
        for (nuint i = 0; i < (nuint)count; i += PixelsPerStep)
        {
            var a = Vector128.LoadUnsafe(ref source, i * 3);
            var b = Vector128.LoadUnsafe(ref source, i * 3 + 16);
            var c = Vector128.LoadUnsafe(ref source, i * 3 + 32);
            Store(
                Vector128.Shuffle(a, Vector128.Create(0, 3, 6, 9, 12, 15, No, No, No, No, No, No, No, No, No, No))
                | Vector128.Shuffle(b, Vector128.Create(No, No, No, No, No, No, 2, 5, 8, 11, 14, No, No, No, No, No))
                | Vector128.Shuffle(c, Vector128.Create(No, No, No, No, No, No, No, No, No, No, No, 1, 4, 7, 10, 13)),
                ref toBlue, i, scale);
            Store(
                Vector128.Shuffle(a, Vector128.Create(1, 4, 7, 10, 13, No, No, No, No, No, No, No, No, No, No, No))
                | Vector128.Shuffle(b, Vector128.Create(No, No, No, No, No, 0, 3, 6, 9, 12, 15, No, No, No, No, No))
                | Vector128.Shuffle(c, Vector128.Create(No, No, No, No, No, No, No, No, No, No, No, 2, 5, 8, 11, 14)),
                ref toGreen, i, scale);
            Store(
                Vector128.Shuffle(a, Vector128.Create(2, 5, 8, 11, 14, No, No, No, No, No, No, No, No, No, No, No))
                | Vector128.Shuffle(b, Vector128.Create(No, No, No, No, No, 1, 4, 7, 10, 13, No, No, No, No, No, No))
                | Vector128.Shuffle(c, Vector128.Create(No, No, No, No, No, No, No, No, No, No, 0, 3, 6, 9, 12, 15)),
                ref toRed, i, scale);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<byte> values, ref float plane, nuint at, float scale)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            var (low, high) = Vector256.Widen(Vector256.WidenLower(values.ToVector256Unsafe()));
            (Vector256.ConvertToSingle(low.AsInt32()) * scale).StoreUnsafe(ref plane, at);
            (Vector256.ConvertToSingle(high.AsInt32()) * scale).StoreUnsafe(ref plane, at + 8);
            return;
        }

        var (first, second) = Vector128.Widen(values);
        Store(first, ref plane, at, scale);
        Store(second, ref plane, at + 8, scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<ushort> values, ref float plane, nuint at, float scale)
    {
        var (low, high) = Vector128.Widen(values);
        (Vector128.ConvertToSingle(low.AsInt32()) * scale).StoreUnsafe(ref plane, at);
        (Vector128.ConvertToSingle(high.AsInt32()) * scale).StoreUnsafe(ref plane, at + 4);
    }
}
