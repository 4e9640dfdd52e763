using System.Security.Cryptography;

namespace SocialCredit.Edge.Fuzz;

/// <summary>Feeds hostile inputs to the readers of the system. <c>tests/fuzz.sh</c> builds it, has it instrumented, and runs every target.</summary>
internal static class Program
{
    private const int Done = 0, Failed = 1, NotUnderstood = 2;

    private const string Usage = """
        fuzz list                             the targets
        fuzz planted                          the targets that must be found to be broken
        fuzz instrument                       rewrites the assemblies beside this program; once after each build
        fuzz run TARGET INPUTS SEED FOLDER    tries so many inputs; what breaks the target is left in FOLDER
        fuzz replay TARGET FILE               one input again
        fuzz afl TARGET                       under afl-fuzz

        fuzz run record 50000 1 artifacts/fuzz
        fuzz replay record artifacts/fuzz/record-1f0c.bin
        """;

    private static int Main(string[] args)
    {
        if (args is ["instrument"])
        {
            Instrumentation.Run(AppContext.BaseDirectory);
            return Done;
        }

        // Before anything else: instrumented code counts from its first call.
        using var coverage = new Coverage();
        switch (args)
        {
            case ["list" or "planted"]:
                foreach (var name in FuzzTarget.All.Keys.Where(name => name.StartsWith("planted", StringComparison.Ordinal) == (args[0] == "planted")))
                    Console.WriteLine(name);
                return Done;
            case ["run", var name, var inputs, var seed, var folder] when Find(name) is { } target && int.TryParse(inputs, out var count)
                && ulong.TryParse(seed, out var number):
                return Run((name, target), coverage, (count, number), Directory.CreateDirectory(folder).FullName);
            case ["replay", var name, var file] when Find(name) is { } target:
                Console.WriteLine(target.Judge(file.EndsWith(".current", StringComparison.Ordinal) ? InputUnderTest.Read(file) : File.ReadAllBytes(file))
                    ? "accepted" : "refused");
                return Done;
            case ["afl", var name] when Find(name) is { } target:
                SharpFuzz.Fuzzer.Run(stream =>
                {
                    using var bytes = new MemoryStream();
                    stream.CopyTo(bytes);
                    target.Judge(bytes.ToArray());
                });
                return Done;
            default:
                Console.Error.WriteLine(Usage);
                return args is ["--help" or "-h"] ? Done : NotUnderstood;
        }
    }

    private static FuzzTarget? Find(string name) => FuzzTarget.All.TryGetValue(name, out var type) ? (FuzzTarget)Activator.CreateInstance(type)! : null;

    private static int Run((string Name, FuzzTarget Reader) target, Coverage coverage, (int Inputs, ulong Seed) asked, string folder)
    {
        using var underTest = new InputUnderTest(Path.Combine(folder, $"{target.Name}.current"), target.Reader.BytesMax);
        using var run = new FuzzRun(target.Reader, coverage, asked.Seed);
        var cpuBefore = Environment.CpuUsage.TotalTime;
        var found = run.Run(Corpus(target.Name), asked.Inputs, underTest);
        var seconds = (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds;
        Console.WriteLine(
            $"{target.Name,-20} {run.Inputs,9:N0} inputs {seconds,6:F1} s of CPU {run.Inputs / seconds,7:N0}/s {run.Edges,6:N0} edges {run.Kept,6:N0} kept "
            + $"{run.Accepted,7:N0} accepted {run.AllocatedBytesMax / 1024,7:N0} KB at most, seed {asked.Seed}, run {run.Digest}");
        if (found is not ({ } input, { } problem))
            return Done;
        var file = Path.Combine(folder, $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..8]}.bin");
        File.WriteAllBytes(file, input);
        Console.Error.WriteLine($"{target.Name}: {problem}\nAgain: fuzz replay {target.Name} {file}. Once mended, put the file into tests/Fuzz/Corpus/{target.Name}/.");
        return Failed;
    }

    private static IEnumerable<byte[]> Corpus(string target)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Corpus", target);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
    }
}
