namespace SocialCredit.Edge.Configuration;

/// <summary>A YAML file read into <typeparamref name="T"/>, with every fault in it.</summary>
public sealed class YamlDocument<T> where T : class
{
    private readonly FaultLog _log;

    internal YamlDocument(T? value, FaultLog log) => (Value, _log) = (value, log);

    /// <summary>
    /// Null where the file could not be read, or where something that has no default is missing or of the wrong type. May be
    /// present beside faults, so that what depends on several keys can be checked in the same run: use it only if
    /// <see cref="Faults"/> is empty.
    /// </summary>
    public T? Value { get; }

    /// <summary>In the order of the file's lines; empty if the file is good.</summary>
    public IReadOnlyList<ConfigFault> Faults => _log.Faults;

    /// <summary>
    /// Adds what only the reader of the value can see, at the line of <paramref name="key"/>, such as
    /// <c>cameras[0].zones[1].name</c>, or of its nearest parent that stands in the file.
    /// </summary>
    public void AddFault(string key, string problem, string hint) => _log.Add(key, problem, hint);
}
