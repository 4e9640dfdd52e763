using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;
using SocialCredit.Edge.Inference.Heads;

namespace SocialCredit.Edge.Inference;

/// <summary>Every head by its name. Found once in this assembly, so adding a head is adding a file.</summary>
public static partial class HeadCatalogue
{
    private const string Suffix = "Head";

    private static readonly FrozenDictionary<string, ConstructorInfo> Heads = Scan(typeof(HeadCatalogue).Assembly);

    /// <summary>In alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Heads.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="ModelException">No head has that name, or the head cannot read such a model.</exception>
    public static IModelHead Create(HeadSetup setup)
    {
        if (!Heads.TryGetValue(setup.Manifest.Head, out var constructor))
        {
            throw new ModelException(
                $"Model {setup.Manifest.Name}: head '{setup.Manifest.Head}' is not known. Known heads: {string.Join(", ", Names)}.");
        }

        return (IModelHead)constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, [setup], culture: null);
    }

    private static FrozenDictionary<string, ConstructorInfo> Scan(Assembly assembly) =>
        assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IModelHead)))
            .ToFrozenDictionary(NameOf, type => type.GetConstructor([typeof(HeadSetup)])
                ?? throw new InvalidOperationException($"{type.Name} must have a public constructor that takes a {nameof(HeadSetup)}."));

    private static string NameOf(Type type)
    {
        if (!type.Name.EndsWith(Suffix, StringComparison.Ordinal))
            throw new InvalidOperationException($"{type.Name} is a head, so its name must end in \"{Suffix}\".");
        return WordStart().Replace(type.Name[..^Suffix.Length], "_").ToLowerInvariant();
    }

    [GeneratedRegex("(?<=.)(?=[A-Z])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WordStart();
}
