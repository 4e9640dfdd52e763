namespace SocialCredit.Edge.Configuration;

/// <summary>The text ends the reading here; turned into a fault by the reader, never seen outside.</summary>
internal sealed class YamlFaultException(int line, string problem, string hint) : Exception(problem)
{
    public int Line => line;

    public string Hint => hint;
}
