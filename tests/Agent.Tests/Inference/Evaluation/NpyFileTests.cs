using SocialCredit.Edge.Inference.Evaluation;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Inference.Evaluation;

public sealed class NpyFileTests
{
    private readonly string _path = Path.Combine(TestPaths.NewFolder(), "0000.npy");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rows_are_read_one_by_one(int version)
    {
        var file = new NpyFile(NpyArray.Write(_path, [2, 3], [1, 2, 3, 4, 5, 6.5f], version));
        var row = new float[3];

        file.ReadRow(1, row);

        Assert.Equal([2, 3], file.Shape);
        Assert.Equal([4, 5, 6.5f], row);
    }

    [Fact]
    public void Four_bytes_of_each_row_are_one_number_where_there_is_one_side()
    {
        var file = new NpyFile(NpyArray.Write(_path, [3], [7, 8, 9]));
        var row = new float[1];

        file.ReadRow(2, row);

        Assert.Equal((1, 9), (file.RowLength, row[0]));
    }

    [Theory]
    [InlineData("<f8", "False", 1, "expected 32-bit floats ('<f4'), found '<f8'")]
    [InlineData("<f4", "True", 1, "expected rows first")]
    [InlineData("<f4", "False", 3, "expected version 1 or 2 of the format, found 3")]
    public void Another_kind_is_refused(string kind, string fortran, int version, string message)
    {
        NpyArray.Write(_path, [1], [1], version, kind, fortran);

        var fault = Assert.Throws<FormatException>(() => new NpyFile(_path));

        Assert.StartsWith($"{_path}: {message}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused()
    {
        NpyArray.Write(_path, [2, 2], [1, 2, 3]);

        var fault = Assert.Throws<FormatException>(() => new NpyFile(_path));

        Assert.Matches(@"its shape \[2, 2\] needs \d+ bytes, it has \d+", fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no array at all")]
    public void Another_file_is_refused(string text)
    {
        File.WriteAllText(_path, text);

        Assert.Contains("expected a file of numpy.save", Assert.Throws<FormatException>(() => new NpyFile(_path)).Message, StringComparison.Ordinal);
    }
}
