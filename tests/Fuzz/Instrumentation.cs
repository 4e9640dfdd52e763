using SharpFuzz;

namespace SocialCredit.Edge.Fuzz;

/// <summary>Rewrites the assemblies beside this program so that they count their edges. Done once after each build.</summary>
internal static class Instrumentation
{
    /// <summary>File, and the types in it that are read by: what is under attack, not what runs around it.</summary>
    private static readonly (string File, string Types)[] Assemblies =
    [
        ("SocialCredit.Edge.Contract.dll", "SocialCredit.Edge.Contract"),
        ("SocialCredit.Edge.Configuration.dll", "SocialCredit.Edge.Configuration"),
        ("SocialCredit.Edge.Capture.dll", "SocialCredit.Edge.Capture.SourceAddress"),
        ("SocialCredit.Edge.Sensing.dll", "SocialCredit.Edge.Sensing"),
        ("edge.dll", "SocialCredit.Edge.Host.Configuration"),
        ("sink.dll", "SocialCredit.Edge.Sink"),
        ("YamlDotNet.dll", "YamlDotNet.Core"),
        ("FuzzMaze.dll", "SocialCredit.Edge.FuzzMaze"),
    ];

    public static void Run(string folder)
    {
        foreach (var (file, types) in Assemblies)
        {
            // A copy: this process may have the file in its memory.
            var path = Path.Combine(folder, file);
            var copy = path + ".instrumented";
            File.Copy(path, copy, overwrite: true);
            try
            {
                var count = Fuzzer.Instrument(copy, name => name.StartsWith(types, StringComparison.Ordinal), Options.Value).Count();
                File.Move(copy, path, overwrite: true);
                Console.WriteLine($"{file}: {count} types count their edges");
            }
            catch (InstrumentationException done) when (done.Message.Contains("already instrumented", StringComparison.Ordinal))
            {
                File.Delete(copy);
            }
        }
    }
}
