namespace SocialCredit.Edge.Sink;

/// <summary>The configuration in force; replaced as a whole when a good new file is taken.</summary>
internal sealed class LiveConfiguration(SinkConfiguration first)
{
    private volatile SinkConfiguration _current = first;

    public SinkConfiguration Current => _current;

    public void Replace(SinkConfiguration next) => _current = next;
}
