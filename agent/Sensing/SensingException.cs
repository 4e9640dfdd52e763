namespace SocialCredit.Edge.Sensing;

/// <summary>The sensors cannot be opened; the message says why and what to do.</summary>
public sealed class SensingException : Exception
{
    public SensingException()
    {
    }

    public SensingException(string message) : base(message)
    {
    }

    public SensingException(string message, Exception inner) : base(message, inner)
    {
    }
}
