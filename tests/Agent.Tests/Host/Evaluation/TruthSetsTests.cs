using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Evaluation;
using SocialCredit.Edge.Inference.Evaluation;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

public sealed class TruthSetsTests
{
    private readonly string _set = TestPaths.NewFolder();

    [Fact]
    public void MOT15_is_persons_only_and_confidence_0_is_ignored()
    {
        Write("gt/gt.txt", "1,1,10,20,30,40,1,4.4852,5.5016,0\n3,2,11,20,30,40,0,-1,-1,-1\n");
        foreach (var frame in (int[])[1, 2, 3, 4])
            Picture($"img1/{frame:000000}.jpg");

        var set = Read();

        Assert.True(set.IsSequence);
        Assert.Equal([1, 2, 3], set.Pictures.Select(picture => picture.Number));
        Assert.Equal(new TruthBox(new Box(10, 20, 40, 60), ObjectClass.Person), Assert.Single(set.Pictures[0].Boxes));
        Assert.Empty(set.Pictures[1].Boxes);
        Assert.True(Assert.Single(set.Pictures[2].Boxes).IsIgnored);
        Assert.Equal(Path.Combine(_set, "img1", "000003.jpg"), set.Pictures[2].Path);
    }

    [Fact]
    public void MOT16_has_classes_of_which_some_are_ignored_and_some_left_out()
    {
        int[] classes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12];
        Write("gt.txt", string.Concat(classes.Select(kind => $"1,{kind},0,0,{kind},9,1,{kind},0.5\n")));
        Write("seqinfo.ini", "[Sequence]\nname=street\nimDir=pictures\n");
        Picture("pictures/000001.png");

        var set = Read();

        var boxes = Assert.Single(set.Pictures).Boxes.ToDictionary(box => (int)box.Box.Width, box => (box.Class, box.IsIgnored));
        Assert.Equal([(1, ObjectClass.Person), (3, ObjectClass.Vehicle), (4, ObjectClass.Bicycle), (5, ObjectClass.Vehicle)],
            boxes.Where(box => !box.Value.IsIgnored).Select(box => (box.Key, box.Value.Class!.Value)));
        Assert.Equal([2, 6, 7, 8, 12], boxes.Where(box => box.Value == (null, true)).Select(box => box.Key));
        Assert.Equal(1, set.LeftOut["class 9"]);
    }

    [Fact]
    public void Frames_of_a_sequence_are_thinned_from_the_first()
    {
        Write("gt.txt", string.Concat(Enumerable.Range(1, 7).Select(frame => $"{frame},1,0,0,9,9,1,-1,-1,-1\n")));
        for (var frame = 0; frame < 7; frame++)
            Picture($"given/f{frame}.jpg");

        var set = Assert.Single(TruthSets.Read([_set], [Path.Combine(_set, "given")], every: 3));

        Assert.Equal([(1, "f0.jpg"), (4, "f3.jpg"), (7, "f6.jpg")], set.Pictures.Select(picture => (picture.Number, Path.GetFileName(picture.Path!))));
    }

    [Fact]
    public void VOC_counts_pixels_from_one_ignores_the_difficult_and_leaves_out_what_is_no_class_here()
    {
        Write("Annotations/000005.xml", """
            <annotation><filename>000005.jpg</filename>
            <object><name>Person</name><difficult>0</difficult><bndbox><xmin>1</xmin><ymin>11</ymin><xmax>20</xmax><ymax>30</ymax></bndbox></object>
            <object><name>motorbike</name><difficult>1</difficult><bndbox><xmax>8</xmax><ymax>9</ymax><xmin>2.5</xmin><ymin>3</ymin></bndbox></object>
            <object><name>sofa</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object></annotation>
            """);
        Picture("JPEGImages/000005.jpg");

        var set = Read();

        var picture = Assert.Single(set.Pictures);
        Assert.Equal(
            [new TruthBox(new Box(0, 10, 20, 30), ObjectClass.Person), new TruthBox(new Box(1.5f, 2, 8, 9), ObjectClass.Vehicle, IsIgnored: true)],
            picture.Boxes);
        Assert.Equal((Path.Combine(_set, "JPEGImages", "000005.jpg"), 1), (picture.Path, set.LeftOut["sofa"]));
    }

    [Theory]
    [InlineData("data.yaml", "nc: 2\nnames: ['bike', \"car\"]\n")]
    [InlineData("data.yaml", "names:\n- bike\n- car\nnc: 2\n")]
    [InlineData("config.yaml", "path: .\nnames:\n  0: bike\n  # a remark\n  1: car\n")]
    [InlineData("classes.txt", "bike\ncar\n")]
    public void YOLO_text_finds_names_in_every_usual_place_and_scales_to_the_picture(string file, string names)
    {
        Write(file, names);
        Write("train/labels/a/one.txt", "1 0.5 0.5 0.5 1\n");
        Picture("train/images/a/one.jpg");
        Picture("train/images/two.png");

        var set = Read();

        Assert.Equal(2, set.Pictures.Count);
        Assert.Equal(new TruthBox(new Box(16, 0, 48, 32), ObjectClass.Vehicle), Assert.Single(set.Pictures[0].BoxesIn(64, 32)));
        Assert.Empty(set.Pictures[1].Boxes);
    }

    [Theory]
    [InlineData("nc: 2\nnames: two\n", ":2: names is a single word.")]
    [InlineData("names:\n  0: bike\n  x: car\n", ":3: \"x\" is not a number.")]
    [InlineData("names:\n  0: bike\n  0: car\n", ":3: 0 has a name already.")]
    [InlineData("names:\n- bike\n- [car]\n", ":3: A name must be a word.")]
    [InlineData("names: [bike\n", ":2: ")]
    public void Names_that_are_none_are_told_with_their_line(string yaml, string message)
    {
        Write("data.yaml", yaml);
        Write("labels/one.txt", "1 0.5 0.5 0.5 1\n");
        Picture("images/one.jpg");

        AssertRefused<FormatException>(Path.Combine(_set, "data.yaml") + message);
    }

    [Theory]
    [InlineData("1,1,10,20,30\n", "gt.txt:1: 5 columns")]
    [InlineData("1,1,10,20,30,40,1,14,1\n", "gt.txt:1: class '14' in column 8 is not one of MOT's 1 to 13")]
    public void A_malformed_line_of_MOT_is_named(string text, string message)
    {
        Write("gt.txt", text);

        AssertRefused<FormatException>(Path.Combine(_set, message));
    }

    [Theory]
    [InlineData("<annotation>\n<object></annotation>", ":2: ")]
    [InlineData("<annotation>\n<object><bndbox/></object></annotation>", ":2: an object has no <name>")]
    [InlineData("<annotation><object><name>car</name></object></annotation>", ":1: an object has no <bndbox>")]
    [InlineData("<annotation><object><name>car</name><bndbox><xmin>a</xmin></bndbox></object></annotation>", ":1: <xmin> is 'a', not a number")]
    [InlineData("<html/>", ":1: expected <annotation>, found <html>")]
    public void A_malformed_file_of_VOC_is_named(string text, string message)
    {
        Write("Annotations/one.xml", text);
        Picture("JPEGImages/one.jpg");

        AssertRefused<FormatException>(Path.Combine(_set, "Annotations", "one.xml") + message);
    }

    [Theory]
    [InlineData("0 0.5 0.5 0.5\n", ":1: 4 columns; expected: class x y width height")]
    [InlineData("\n0 0.5 0.5 0.5 1.5\n", ":2: column 5 is '1.5', not in 0..1")]
    [InlineData("0.5 0.5 0.5 0.5 0.5\n", ":1: class '0.5' is not a whole number")]
    [InlineData("7 0.5 0.5 0.5 0.5\n", ":1: class 7 has no name; the names are bike, car")]
    public void A_malformed_line_of_YOLO_text_is_named(string text, string message)
    {
        Write("classes.txt", "bike\ncar\n");
        Write("labels/one.txt", text);
        Picture("images/one.jpg");

        AssertRefused<FormatException>(Path.Combine(_set, "labels", "one.txt") + message);
    }

    [Fact]
    public void A_picture_that_is_missing_is_named_with_the_file_that_asks_for_it()
    {
        Write("Annotations/one.xml", "<annotation><filename>photo.jpg</filename></annotation>");

        AssertRefused<FileNotFoundException>($"{Path.Combine(_set, "Annotations", "one.xml")}: its picture photo.jpg is neither in ");
    }

    [Fact]
    public void A_label_without_its_picture_is_named()
    {
        Write("classes.txt", "bike\n");
        Write("labels/one.txt", "0 0.5 0.5 0.5 0.5\n");
        Picture("images/two.jpg");

        AssertRefused<FileNotFoundException>($"{Path.Combine(_set, "labels", "one.txt")}: there is no picture of that name");
    }

    [Fact]
    public void YOLO_text_without_names_says_where_they_may_stand()
    {
        Write("labels/one.txt", "0 0.5 0.5 0.5 0.5\n");
        Picture("images/one.jpg");

        AssertRefused<FileNotFoundException>($"{_set}: neither a *.yaml with `names:` nor a classes.txt");
    }

    [Fact]
    public void An_unknown_layout_is_answered_with_what_was_found_and_what_is_known()
    {
        Write("notes.md", "no truth");
        Picture("images/one.jpg");

        var fault = AssertRefused<FormatException>($"{_set}: the layout is not known. Found *.md, images/. Known layouts: MOT: ");

        Assert.Contains("; VOC: ", fault, StringComparison.Ordinal);
        Assert.Contains("; YOLO text: ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Truth_of_a_frame_without_a_picture_is_refused()
    {
        Write("gt.txt", "1,1,0,0,9,9,1,-1,-1,-1\n2,1,0,0,9,9,1,-1,-1,-1\n");
        Picture("given/1.jpg");

        AssertRefused<IOException>($"{_set}: has boxes of frame 2, of which ", Path.Combine(_set, "given"));
    }

    [Fact]
    public void A_sequence_without_pictures_asks_for_them_and_frames_for_nothing_are_refused()
    {
        AssertRefused<DirectoryNotFoundException>($"{_set}/none: there is no such set.", path: _set + "/none");
        Write("gt.txt", "1,1,0,0,9,9,1,-1,-1,-1\n");
        AssertRefused<IOException>($"{_set}: has no pictures of its own. Name its video");
        Picture("img1/1.jpg");
        AssertRefused<IOException>("--frames clip.avi: every set has its pictures.", "clip.avi");
    }

    private TruthSet Read() => Assert.Single(TruthSets.Read([_set], [], every: 1));

    private string AssertRefused<T>(string message, string? frames = null, string? path = null)
        where T : Exception
    {
        var fault = Assert.ThrowsAny<T>(() => TruthSets.Read([path ?? _set], frames is null ? [] : [frames], every: 1));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        return fault.Message;
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_set, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Picture(string name)
    {
        Write(name, "");
        using var picture = new Mat(32, 64, MatType.CV_8UC3, Scalar.All(0));
        Cv2.ImWrite(Path.Combine(_set, name), picture);
    }
}
