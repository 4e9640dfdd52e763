using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Tests.Tracking;

public sealed class MotFileTests
{
    [Theory]
    [InlineData("1,-1,10.5,20,30,40,0.9,-1,-1,-1")]
    [InlineData(" 1 , -1 , 10.5 , 20 , 30 , 40 , 0.9")]
    public void A_line_is_read(string line)
    {
        var row = Assert.Single(MotFile.Read("det.txt", [line, "", "  "]));

        Assert.Equal(new MotRow(1, -1, new Box(10.5f, 20, 40.5f, 60), 0.9f), row);
    }

    [Fact]
    public void What_is_written_reads_the_same()
    {
        var row = new MotRow(7, 3, new Box(-4.25f, 20.5f, 40, 61), 0.75f);

        Assert.Equal(row, Assert.Single(MotFile.Read("t.txt", [MotFile.Line(row)])));
    }

    [Theory]
    [InlineData("1,2,3", "det.txt:2: 3 columns; expected frame,id,left,top,width,height,confidence")]
    [InlineData("1,2,3,x,5,6,1", "det.txt:2: column 4 is 'x', not a number; expected")]
    [InlineData("1,2,3,NaN,5,6,1", "det.txt:2: column 4 is 'NaN', not a number; expected")]
    [InlineData("1,2,3,4,5,6,", "det.txt:2: column 7 is '', not a number; expected")]
    [InlineData("0,2,3,4,5,6,1", "det.txt:2: frame 0 is not a whole number from 1; expected")]
    [InlineData("1.5,2,3,4,5,6,1", "det.txt:2: frame 1.5 is not a whole number from 1; expected")]
    [InlineData("1,2.5,3,4,5,6,1", "det.txt:2: id 2.5 is not a whole number; expected")]
    [InlineData("1,2,3,4,-5,6,1", "det.txt:2: width -5, height 6: neither may be negative; expected")]
    public void A_bad_line_is_named(string line, string message)
    {
        var fault = Assert.Throws<FormatException>(() => MotFile.Read("det.txt", ["1,-1,1,1,1,1,1", line]));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }
}
