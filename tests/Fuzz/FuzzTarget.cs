using System.Text.Json;
using CsCheck;

namespace SocialCredit.Edge.Fuzz;

/// <summary>
/// A reader under attack. One file in <c>Targets/</c> each; its inputs to begin with lie in <c>Corpus/</c> under its name, and an
/// input that once broke it stays there.
/// </summary>
internal abstract class FuzzTarget
{
    /// <summary>Words of the format, put in where an input is changed.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    /// <summary>Inputs that are nearly right, or right.</summary>
    public abstract Gen<byte[]> Nearly { get; }

    /// <summary>No input is made longer.</summary>
    public virtual int BytesMax => 8 * 1024;

    /// <summary>All that one input may allocate, its judgement included.</summary>
    public virtual long AllocatedBytesMax => 64 * 1024 * 1024;

    /// <summary>
    /// Gives the input to the reader. What it accepts is judged again in another, slower way; whatever it throws that it does not
    /// document comes through.
    /// </summary>
    /// <returns>True if the reader accepted it.</returns>
    /// <exception cref="BadInputAcceptedException">It accepted what it must not.</exception>
    public abstract bool Judge(byte[] input);

    /// <summary>Every target by its name, which follows from its class: <c>SinkConfigurationTarget</c> is <c>sink-configuration</c>.</summary>
    public static SortedDictionary<string, Type> All { get; } = new(
        typeof(FuzzTarget).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FuzzTarget)) && !type.IsAbstract)
            .ToDictionary(type => JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name[..^"Target".Length])),
        StringComparer.Ordinal);

    /// <summary>Throws where a demand on accepted input does not hold.</summary>
    protected static void Demand(bool holds, string what)
    {
        if (!holds)
            throw new BadInputAcceptedException(what);
    }
}

/// <summary>A reader took what its slower judge refuses.</summary>
internal sealed class BadInputAcceptedException(string message) : Exception($"Accepted, but {message}");
