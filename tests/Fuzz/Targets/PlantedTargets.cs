using CsCheck;
using SocialCredit.Edge.FuzzMaze;

namespace SocialCredit.Edge.Fuzz.Targets;

/// <summary>Broken on purpose: a run that does not find these finds nothing.</summary>
internal abstract class PlantedTarget : FuzzTarget
{
    public override IReadOnlyList<string> Words => ["a"];

    public override Gen<byte[]> Nearly { get; } = Gen.Byte.Array[9, 12];
}

/// <summary>Throws five steps into a maze, which blind luck takes a million million inputs to find.</summary>
internal sealed class PlantedThrowTarget : PlantedTarget
{
    public override bool Judge(byte[] input) =>
        Maze.Walk(input) >= 5 ? throw new InvalidOperationException("Five steps into the maze.") : false;
}

/// <summary>Accepts what it must not.</summary>
internal sealed class PlantedAcceptTarget : PlantedTarget
{
    public override bool Judge(byte[] input)
    {
        Demand(Maze.Walk(input) < 4, "it is four steps into the maze.");
        return true;
    }
}

/// <summary>Never comes to an end.</summary>
internal sealed class PlantedHangTarget : PlantedTarget
{
    public override bool Judge(byte[] input)
    {
        while (Maze.Walk(input) >= 2)
            Maze.Walk(input);
        return false;
    }
}

/// <summary>Takes 128 MB for ten bytes.</summary>
internal sealed class PlantedGreedTarget : PlantedTarget
{
    // Held, or the compiler would leave the array out.
    private byte[] _taken = [];

    public override bool Judge(byte[] input)
    {
        if (Maze.Walk(input) >= 2)
            _taken = new byte[128 * 1024 * 1024];
        return _taken.Length == 1;
    }
}

/// <summary>Ends the process: a stack that overflows cannot be caught.</summary>
internal sealed class PlantedCrashTarget : PlantedTarget
{
    public override bool Judge(byte[] input) => Maze.Walk(input) >= 2 && Deeper(input, 0) < 0;

    private static int Deeper(byte[] input, int depth) => Deeper(input, depth + 1) + input[0];
}
