using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace SocialCredit.Edge.Agent.Tests.Inference.Evaluation;

/// <summary>Writes what numpy.save writes.</summary>
internal static class NpyArray
{
    public static string Write(string path, int[] shape, float[] values, int version = 1, string kind = "<f4", string fortran = "False")
    {
        var sides = string.Concat(shape.Select(side => $"{side}, "));
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': ({sides.TrimEnd()}), }}".PadRight(100) + "\n");
        var length = new byte[version == 1 ? 2 : 4];
        if (version == 1)
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)header.Length);
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. header, .. MemoryMarshal.AsBytes(values.AsSpan())]);
        return path;
    }
}
