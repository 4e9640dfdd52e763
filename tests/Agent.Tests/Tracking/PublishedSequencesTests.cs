using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Tests.Tracking;

/// <summary>Ours and SORT's tracks from the same published detections, against published ground truth.</summary>
public sealed class PublishedSequencesTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("PETS09-S2L1", 0.601, 0.345, 6.53)]
    [InlineData("TUD-Campus", 0.627, 0.606, 1.75)]
    [InlineData("TUD-Stadtmitte", 0.717, 0.735, 2.00)]
    [InlineData("KITTI-13", 0.161, 0.386, 1.40)]
    [InlineData("KITTI-17", 0.526, 0.656, 2.00)]
    [InlineData("ETH-Bahnhof", 0.390, 0.522, 1.44)]
    public void Published_figures_of_sort_are_reproduced(string sequence, double mota, double idf1, double tracksPerPerson)
    {
        var scores = OfSort(sequence);

        Assert.Equal((mota, idf1, tracksPerPerson), (
            Math.Round(scores.Mota, 3), Math.Round(scores.Idf1, 3), Math.Round(scores.TracksPerPerson, 2)));
    }

    [Theory]
    [InlineData("PETS09-S2L1")]
    [InlineData("TUD-Campus")]
    [InlineData("TUD-Stadtmitte")]
    [InlineData("KITTI-13")]
    [InlineData("KITTI-17")]
    [InlineData("ETH-Bahnhof")]
    public void Our_own_sort_does_what_the_published_one_does(string sequence)
    {
        var truth = Read($"{sequence}/gt/gt.txt");
        var published = OfSort(sequence);

        var scores = TrackEvaluation.Evaluate(truth, BaselineTracking.Run(Read($"{sequence}/det/det.txt"), hasMotion: true));

        Assert.Equal(published.Mota, scores.Mota, 0.012);
        Assert.Equal(published.Idf1, scores.Idf1, 0.012);
    }

    [Fact]
    public void One_set_of_defaults_beats_sort_on_the_mean_of_six_sequences()
    {
        string[] sequences = ["PETS09-S2L1", "TUD-Campus", "TUD-Stadtmitte", "KITTI-13", "KITTI-17", "ETH-Bahnhof"];
        var ours = sequences.Select(Ours).ToList();
        var sort = sequences.Select(OfSort).ToList();

        Print($"{"",-15}{"ours",33}{"SORT",33}");
        Print($"{"",-15}{"MOTA  IDF1     F   FP    FN",33}{"MOTA  IDF1     F   FP    FN",33}");
        for (var i = 0; i < sequences.Length; i++)
            Print($"{sequences[i],-15}{Row(ours[i]),33}{Row(sort[i]),33}");
        Print($"{"mean",-15}{Mean(ours),33}{Mean(sort),33}");

        Assert.True(ours.Average(s => s.Mota) >= sort.Average(s => s.Mota) + 0.02, "mean MOTA is not 0.02 above SORT's");
        Assert.True(ours.Average(s => s.Idf1) >= sort.Average(s => s.Idf1) + 0.10, "mean IDF1 is not 0.10 above SORT's");
        Assert.True(ours[0].TracksPerPerson <= 2.5, "more than 2.5 tracks per person on PETS09-S2L1");
    }

    private static TrackScores Ours(string sequence) =>
        TrackEvaluation.Evaluate(
            Read($"{sequence}/gt/gt.txt"),
            OfflineTracking.Run(Read($"{sequence}/det/det.txt"), 10, new ByteTrackerOptions()));

    private static TrackScores OfSort(string sequence) =>
        TrackEvaluation.Evaluate(Read($"{sequence}/gt/gt.txt"), Read($"{sequence}/tracker_SORT/{sequence}.txt"));

    private static List<MotRow> Read(string path) => MotFile.Read(path, File.ReadLines(TestPaths.SharedData($"gt/{path}")));

    private static string Row(TrackScores s) =>
        $"{s.Mota:0.000} {s.Idf1:0.000} {s.TracksPerPerson,5:0.00} {s.FalsePositives,4} {s.Misses,5}";

    private static string Mean(List<TrackScores> scores) =>
        $"{scores.Average(s => s.Mota):0.000} {scores.Average(s => s.Idf1):0.000} "
        + $"{scores.Average(s => s.TracksPerPerson),5:0.00}{"",11}";

    private void Print(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
