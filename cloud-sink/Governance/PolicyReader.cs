using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>Reads a policy's file: the policy with its exact bytes, or every fault in it.</summary>
internal static class PolicyReader
{
    /// <summary>The file is null where there are faults; never throws for what stands in it or for a missing file.</summary>
    public static (PolicyFile? File, IReadOnlyList<ConfigFault> Faults) Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = YamlReader.ReadBytes(path);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, [new ConfigFault(path, 0, "", $"The policy cannot be read: {broken.Message}", "Check the path.")]);
        }

        return Parse(bytes, path);
    }

    /// <summary>Bytes that are to be published: what is good, and complete.</summary>
    public static (PolicyFile? File, IReadOnlyList<ConfigFault> Faults) ParseForPublication(byte[] bytes, string fileName, bool isDemo)
    {
        var document = YamlReader.Parse<Policy>(bytes, fileName);
        PolicyLint.Check(document);
        PolicyLint.CheckForPublication(document, bytes.Length, isDemo);
        return document is { Value: { } policy, Faults.Count: 0 } ? (new PolicyFile(policy, bytes), []) : (null, document.Faults);
    }

    /// <summary>The same for bytes at hand; <paramref name="fileName"/> is what faults name.</summary>
    public static (PolicyFile? File, IReadOnlyList<ConfigFault> Faults) Parse(byte[] bytes, string fileName)
    {
        var document = YamlReader.Parse<Policy>(bytes, fileName);
        PolicyLint.Check(document);
        return document is { Value: { } policy, Faults.Count: 0 } ? (new PolicyFile(policy, bytes), []) : (null, document.Faults);
    }
}
