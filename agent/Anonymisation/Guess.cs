namespace SocialCredit.Edge.Anonymisation;

/// <summary>What epsilon means in everyday figures.</summary>
public static class Guess
{
    /// <summary>
    /// At most so often is somebody right who must say which of two equally likely stories is true and sees what was published,
    /// 0.5..1: e^epsilon / (1 + e^epsilon). Wasserman and Zhou, "A Statistical Framework for Differential Privacy" (2010).
    /// </summary>
    public static double RightAtMost(double epsilon) => 1 / (1 + Math.Exp(-epsilon));

    /// <summary>Nine of ten published numbers are off by no more than this, as discrete Laplace noise of that epsilon has it.</summary>
    public static int NineOfTenWithin(double epsilon)
    {
        var q = Math.Exp(-epsilon);
        var within = 0;
        while (2 * Math.Pow(q, within + 1) / (1 + q) > 0.1)
            within++;
        return within;
    }
}
