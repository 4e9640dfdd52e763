namespace SocialCredit.Edge.Tests;

/// <summary>Where tests find the repository, the shared data and a place of their own.</summary>
internal static class TestPaths
{
    /// <summary>The folder of <c>SocialCredit.Edge.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file below <c>../shared/data</c>; skips the test, naming the file, where it is not there.</summary>
    public static string SharedData(string relative)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", relative));
        if (!File.Exists(path) && !Directory.Exists(path))
            Assert.Skip($"needs ../shared/data/{relative}, which is not beside this checkout");
        return path;
    }

    /// <summary>PETS2009 S2.L1: from the shared data or, without it, out of Debian's package opencv-doc.</summary>
    public static string VtestClip()
    {
        string[] places =
        [
            Path.Combine(Root, "..", "shared", "data", "clips", "vtest.avi"),
            Path.Combine(Root, ".cache", "vtest.avi"),
            "/usr/share/doc/opencv-doc/examples/data/vtest.avi",
        ];
        var found = places.FirstOrDefault(File.Exists);
        if (found is null)
            Assert.Skip("needs vtest.avi: apt-get install opencv-doc");
        return Path.GetFullPath(found!);
    }

    /// <summary>Long clips are played whole, as at night, and not only as much of them as fits into each change's run: <c>SCE_WHOLE_CLIPS=1</c>.</summary>
    public static bool PlaysWholeClips => Environment.GetEnvironmentVariable("SCE_WHOLE_CLIPS") == "1";

    /// <summary>A new empty folder for one test.</summary>
    public static string NewFolder() => Directory.CreateTempSubdirectory("sce-test-").FullName;

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "SocialCredit.Edge.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException("Tests must run from inside a checkout.");
    }
}
