using System.Buffers.Binary;
using System.Text;

namespace SocialCredit.Edge.Agent.Tests.Inference;

/// <summary>
/// Writes the smallest ONNX files that serve: inputs that nothing reads and outputs that are constants, or a chain of operators.
/// Protobuf by hand, field numbers as in onnx.proto.
/// </summary>
internal static class OnnxFile
{
    public const int Float = 1;
    public const int Int64 = 7;

    public sealed record Tensor(string Name, int ElementType, long[] Shape, float[]? Values = null)
    {
        public long Count => Shape.Aggregate(1L, (product, side) => product * side);
    }

    /// <summary>Writes a model; an output without values is all zeros. A side below zero is left open in an input.</summary>
    public static void Write(string path, IEnumerable<Tensor> inputs, IReadOnlyList<Tensor> outputs)
    {
        var graph = Message(
            [
                .. outputs.Select(output => Bytes(1, Message(Bytes(1, Utf8("c_" + output.Name)), Bytes(2, Utf8(output.Name)), Bytes(4, Utf8("Identity"))))),
                Bytes(2, Utf8("graph")),
                .. outputs.Select(output => Bytes(5, Constant(output))),
                .. inputs.Select(input => Bytes(11, ValueInfo(input))),
                .. outputs.Select(output => Bytes(12, ValueInfo(output))),
            ]);
        File.WriteAllBytes(path, Message(Number(1, 8), Bytes(7, graph), Bytes(8, Message(Number(2, 13)))));
    }

    /// <summary>Writes a model of operators that take one value, each the value of the one before it; every value is an output, by its own name.</summary>
    public static void WriteChain(string path, Tensor input, params (string Operator, string Output)[] nodes)
    {
        var graph = Message(
            [
                .. nodes.Select((node, i) => Bytes(1, Message(Bytes(1, Utf8(i == 0 ? input.Name : nodes[i - 1].Output)), Bytes(2, Utf8(node.Output)), Bytes(4, Utf8(node.Operator))))),
                Bytes(2, Utf8("graph")),
                Bytes(11, ValueInfo(input)),
                .. nodes.Select(node => Bytes(12, ValueInfo(input with { Name = node.Output }))),
            ]);
        File.WriteAllBytes(path, Message(Number(1, 8), Bytes(7, graph), Bytes(8, Message(Number(2, 13)))));
    }

    private static byte[] Constant(Tensor tensor)
    {
        var raw = new byte[tensor.Count * (tensor.ElementType == Float ? 4 : 8)];
        for (var i = 0; i < (tensor.Values?.Length ?? 0); i++)
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(4 * i), tensor.Values![i]);
        return Message([.. tensor.Shape.Select(side => Number(1, side)), Number(2, tensor.ElementType), Bytes(8, Utf8("c_" + tensor.Name)), Bytes(9, raw)]);
    }

    private static byte[] ValueInfo(Tensor tensor)
    {
        var sides = tensor.Shape.Select(side => Bytes(1, side < 0 ? Message(Bytes(2, Utf8("open"))) : Message(Number(1, side))));
        var type = Message(Bytes(1, Message(Number(1, tensor.ElementType), Bytes(2, Message([.. sides])))));
        return Message(Bytes(1, Utf8(tensor.Name)), Bytes(2, type));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    private static byte[] Bytes(int field, byte[] content) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value > 0x7F; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
