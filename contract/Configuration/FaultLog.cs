namespace SocialCredit.Edge.Configuration;

/// <summary>The faults of one file in the order of its lines, and the line of every key in it.</summary>
internal sealed class FaultLog(string file)
{
    private const int FaultsMax = 500;

    private readonly List<ConfigFault> _faults = [];
    private readonly Dictionary<string, int> _lines = [];

    public IReadOnlyList<ConfigFault> Faults => _faults;

    /// <summary>More faults than anybody reads: this is not the file that was meant.</summary>
    public bool IsFull => _faults.Count >= FaultsMax;

    public void Place(string key, int line) => _lines.TryAdd(key, line);

    public void Add(string key, string problem, string hint) => Add(LineOf(key), key, problem, hint);

    public void Add(int line, string key, string problem, string hint)
    {
        var at = _faults.Count;
        while (at > 0 && _faults[at - 1].Line > line)
            at--;
        _faults.Insert(at, new ConfigFault(file, line, key, problem, hint));
    }

    /// <summary>The line of the key, or of its nearest parent that stands in the file; 0 if the file has no content.</summary>
    public int LineOf(string key)
    {
        while (true)
        {
            if (_lines.TryGetValue(key, out var line))
                return line;
            if (key.Length == 0)
                return 0;
            key = key[..Math.Max(0, key.AsSpan().LastIndexOfAny('.', '['))];
        }
    }
}
