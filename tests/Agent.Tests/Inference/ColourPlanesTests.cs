using CsCheck;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Inference.Heads;

namespace SocialCredit.Edge.Agent.Tests.Inference;

public sealed class ColourPlanesTests
{
    [Fact]
    public void Any_number_of_pixels_is_taken_apart_exactly() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Bool.Select(isUnit => isUnit ? 1f : 1 / 255f)).Sample((bytes, scale) =>
        {
            var count = bytes.Length / 3;
            var tensor = new float[3 * count];

            ColourPlanes.Of(tensor, ChannelOrder.Bgr).Write(bytes, scale);

            for (var i = 0; i < tensor.Length; i++)
                Assert.Equal(bytes[i % count * 3 + i / count] * scale, tensor[i]);
        });

    [Fact]
    public void Vectors_do_all_whole_steps()
    {
        var pixels = Enumerable.Range(0, 3 * 50).Select(i => (byte)i).ToArray();
        var tensor = new float[3 * 50];

        var done = ColourPlanes.Of(tensor, ChannelOrder.Bgr).WriteVectors(pixels, 1);

        Assert.Equal(48, done);
        Assert.Equal(pixels[3 * 47 + 2], tensor[2 * 50 + 47]);
    }

    [Fact]
    public void Nothing_is_written_past_a_plane_that_is_too_short()
    {
        var pixels = new byte[3 * 32];

        Assert.ThrowsAny<SystemException>(() => ColourPlanes.Of(new float[3 * 20], ChannelOrder.Bgr).Write(pixels, 1));
    }
}
