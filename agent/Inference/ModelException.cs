namespace SocialCredit.Edge.Inference;

/// <summary>A model cannot be used. The message names the file, what was expected, what was found and what to do.</summary>
public sealed class ModelException : Exception
{
    public ModelException(string message) : base(message)
    {
    }

    public ModelException(string message, Exception inner) : base(message, inner)
    {
    }

    public ModelException()
    {
    }
}
