using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Configuration;

/// <summary>Files that are not what was meant.</summary>
public sealed class YamlFileTests
{
    private readonly string _folder = TestPaths.NewFolder();

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, "edge.yaml");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string Fault(string path)
    {
        var document = YamlReader.Read<SampleOptions>(path);
        Assert.Null(document.Value);
        return Assert.Single(document.Faults).ToString();
    }

    [Fact]
    public void A_good_file_is_read() =>
        Assert.Equal("north", YamlReader.Read<SampleOptions>(Write("name: north"u8.ToArray())).Value?.Name);

    [Fact]
    public void A_missing_file_is_named_with_the_place_where_it_was_sought()
    {
        var path = Path.Combine(_folder, "none", "edge.yaml");

        Assert.Equal($"{path}: The file does not exist. It was looked for at {path}.", Fault(path));
    }

    [Fact]
    public void A_folder_is_not_a_file() => Assert.Equal($"{_folder}: This is a folder. Name the file in it.", Fault(_folder));

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void An_impossible_name_is_a_fault(string path) =>
        Assert.EndsWith("This is not the name of a file. Name the configuration file.", Fault(path), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_may_not_be_read_says_who_needs_the_right()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("needs Unix and a user other than root, whom no file refuses");
            return;
        }

        var path = Write("name: north"u8.ToArray());
        File.SetUnixFileMode(path, UnixFileMode.None);

        Assert.Equal(
            $"{path}: The file may not be read. Give user {Environment.UserName} the right to read it (ls -l shows who may).", Fault(path));
    }

    [Fact]
    public void A_ring_of_links_is_a_fault()
    {
        var path = Path.Combine(_folder, "ring.yaml");
        File.CreateSymbolicLink(path, path);

        Assert.StartsWith($"{path}: The file cannot be read: ", Fault(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_a_fault()
    {
        var path = Write([0x89, 0x50, 0x4E, 0x47, 0xFF, 0xFE]);

        Assert.Equal($"{path}: The file is not UTF-8 text. Check that it is the right file; save it as UTF-8.", Fault(path));
    }

    [Theory]
    [InlineData(1 << 20, false)]
    [InlineData((1 << 20) + 1, true)]
    public void A_file_has_one_mebibyte_at_most(int bytes, bool isRefused)
    {
        var content = Enumerable.Repeat((byte)'\n', bytes).ToArray();
        "name: north"u8.CopyTo(content);
        var path = Write(content);

        string[] expected = isRefused ? [$"{path}: The file is larger than 1 MiB. Check that it is the right file."] : [];
        Assert.Equal(expected, YamlReader.Read<SampleOptions>(path).Faults.Select(f => f.ToString()));
    }
}
