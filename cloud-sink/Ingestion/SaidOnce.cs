namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>What was said of a device already. Used by one loop.</summary>
internal sealed class SaidOnce
{
    // Hostile names must not fill the memory.
    private const int SaidMax = 10_000;

    private readonly HashSet<(string Device, string Problem)> _said = [];

    /// <summary>True the first time.</summary>
    public bool IsNews(string device, string problem) => _said.Count < SaidMax && _said.Add((device, problem));

    /// <summary>Whatever is wrong with this device from now on is news again.</summary>
    public void Forget(string device) => _said.RemoveWhere(said => said.Device == device);
}
