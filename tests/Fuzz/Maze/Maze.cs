namespace SocialCredit.Edge.FuzzMaze;

/// <summary>A reader with a fault that blind luck does not find: eight right bytes, each behind an edge of its own.</summary>
public static class Maze
{
    public static int Walk(ReadOnlySpan<byte> input)
    {
        if (input.Length < 9 || input[0] != 'z')
            return 0;
        if (input[1] != 'E')
            return 1;
        if (input[2] != 'b')
            return 2;
        if (input[3] != 0x91)
            return 3;
        if (input[4] != 'A')
            return 4;
        if (input[5] != '7')
            return 5;
        if (input[6] != 0xE3)
            return 6;
        return input[7] != '~' ? 7 : 8;
    }
}
