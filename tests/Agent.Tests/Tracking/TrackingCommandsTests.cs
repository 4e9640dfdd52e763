using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SocialCredit.Edge.Host.Commands;

namespace SocialCredit.Edge.Tests.Tracking;

public sealed class TrackingCommandsTests
{
    private readonly string _folder = TestPaths.NewFolder();

    [Fact]
    public void Detections_become_tracks_that_the_evaluation_reads()
    {
        var detections = Write("det.txt", Enumerable.Range(1, 30).Select(f => $"{f},-1,{100 + (8 * f)},100,40,100,0.9"));
        var truth = Write("gt.txt", Enumerable.Range(1, 30).Select(f => $"{f},5,{100 + (8 * f)},100,40,100,1"));
        var tracks = Path.Combine(_folder, "tracks.txt");

        Assert.Equal(0, Run(TrackCommand.Create(), [detections, "--tracks-out", tracks, "--fps", "10"]).Code);
        var (code, text) = Run(EvalTracksCommand.Create(), ["--gt", truth, "--tracks", tracks, "--json"]);

        Assert.Equal(0, code);
        var scores = JsonDocument.Parse(text).RootElement;
        Assert.Equal((1, 29), (scores.GetProperty("tracksPerPerson").GetDouble(), scores.GetProperty("matches").GetInt32()));
        Assert.InRange(scores.GetProperty("hota").GetDouble(), 0.5, 1);
        Assert.InRange(scores.GetProperty("detA").GetDouble(), 0.5, 1);
        Assert.InRange(scores.GetProperty("assA").GetDouble(), 0.5, 1);
    }

    [Theory]
    [InlineData("ours", 40)]
    [InlineData("sort", 40)]
    [InlineData("iou", 25)]
    public void Overlap_alone_loses_one_who_walks_ever_faster(string tracker, int lastFrame)
    {
        // In frame 26 the step is 38.25 pixels: boxes of 70 pixels overlap by less than 0.3 from there on.
        var walk = Enumerable.Range(1, 40).Select(f => $"{f},-1,{100 + (0.75 * f * f)},100,70,100,0.9");
        var tracks = Path.Combine(_folder, "tracks.txt");

        var (code, _) = Run(TrackCommand.Create(), [Write("det.txt", walk), "--tracks-out", tracks, "--tracker", tracker]);

        Assert.Equal(0, code);
        Assert.Equal(lastFrame, File.ReadLines(tracks).Max(line => int.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Poor_detections_are_left_out_of_a_comparison_where_it_is_asked_for()
    {
        var poor = Enumerable.Range(1, 30).Select(f => $"{f},-1,{100 + (8 * f)},100,40,100,0.4");
        var tracks = Path.Combine(_folder, "tracks.txt");

        Run(TrackCommand.Create(), [Write("det.txt", poor), "--tracks-out", tracks, "--tracker", "sort", "--score-min", "0.5"]);

        Assert.Empty(File.ReadLines(tracks));
    }

    [Fact]
    public void A_bad_line_is_refused_with_its_place()
    {
        var detections = Write("det.txt", ["1,-1,100,100,40,100,0.9", "2,-1,100"]);

        var (code, text) = Run(TrackCommand.Create(), [detections, "--tracks-out", Path.Combine(_folder, "tracks.txt")]);

        Assert.Equal(1, code);
        Assert.Contains("det.txt:2: 3 columns", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused_by_name()
    {
        var missing = Path.Combine(_folder, "missing.txt");

        var (code, text) = Run(EvalTracksCommand.Create(), ["--gt", missing, "--tracks", missing]);

        Assert.Equal(1, code);
        Assert.Contains(missing, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("NaN")]
    public void A_frame_rate_that_is_none_is_refused(string rate) =>
        Assert.NotEmpty(TrackCommand.Create().Parse(["det.txt", "--tracks-out", "t.txt", "--fps", rate]).Errors);

    private string Write(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private static (int Code, string Text) Run(Command command, string[] arguments)
    {
        using var text = new StringWriter();
        var code = command.Parse(arguments).Invoke(new InvocationConfiguration { Output = text, Error = text });
        return (code, text.ToString());
    }
}
