using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference;

/// <summary>What <c>models/NAME/model.yaml</c> says: how the model is fed and read, where its weights are from and whose they are.</summary>
public sealed record ModelManifest
{
    /// <summary>The file's name inside the model's folder.</summary>
    public const string FileName = "model.yaml";

    /// <summary>The folder's name: lower-case letters, digits and dashes.</summary>
    [Required, RegularExpression("[a-z0-9-]{1,64}")]
    public required string Name { get; init; }

    /// <summary>Who reads the output: a name of <see cref="HeadCatalogue"/>.</summary>
    [Required]
    public required string Head { get; init; }

    [Required]
    public required ModelInput Input { get; init; }

    /// <summary>What the model calls its classes, in the order of its output.</summary>
    [Required, MinLength(1)]
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Which labels make up which <see cref="ObjectClass"/>, by its name; a label that is nowhere here is never reported.</summary>
    [Required, MinLength(1)]
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Classes { get; init; }

    /// <summary>The weights' file name, without a folder.</summary>
    [Required]
    public required string File { get; init; }

    /// <summary>Where <c>edge models pull</c> gets the weights; null for a model whose weights lie in its folder.</summary>
    public string? Url { get; init; }

    /// <summary>Of the weights: 64 hexadecimal digits.</summary>
    [Required, RegularExpression("[0-9a-f]{64}")]
    public required string Sha256 { get; init; }

    [Required]
    public required string Licence { get; init; }

    public string? Notes { get; init; }

    /// <summary>For every output class of the model what it is here; null where it is not reported.</summary>
    public ObjectClass?[] MapLabels()
    {
        var map = new ObjectClass?[Labels.Count];
        foreach (var (name, labels) in Classes)
        {
            var known = Enum.Parse<ObjectClass>(name, ignoreCase: true);
            for (var i = 0; i < map.Length; i++)
            {
                if (labels.Contains(Labels[i]))
                    map[i] = known;
            }
        }

        return map;
    }

    /// <summary>What a technician does about weights that are wrong.</summary>
    internal string Remedy => Url is null
        ? "It comes with its model.yaml: put back the file of the same version."
        : $"Delete the file and run `edge models pull {Name}`, or put the right one there.";

    /// <summary>Reads and checks a manifest.</summary>
    /// <exception cref="ModelException">Anything is wrong with it; every fault is a line of the message.</exception>
    public static ModelManifest Read(string path)
    {
        var document = YamlReader.Read<ModelManifest>(path);
        if (document.Value is { } read)
        {
            CheckPlace(document, read, path);
            CheckClasses(document, read);
        }

        if (document.Faults.Count > 0 || document.Value is not { } manifest)
            throw new ModelException(string.Join(Environment.NewLine, document.Faults));
        return manifest;
    }

    private static void CheckPlace(YamlDocument<ModelManifest> document, ModelManifest read, string path)
    {
        var folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)));
        if (read.Name != folder)
            document.AddFault("name", $"is '{read.Name}', but the folder is '{folder}'.", "Give both the same name.");
        if (!HeadCatalogue.Names.Contains(read.Head))
            document.AddFault("head", $"'{read.Head}' is not known.", $"Known heads: {string.Join(", ", HeadCatalogue.Names)}.");
        if (read.File is "." or ".." || read.File != Path.GetFileName(read.File))
            document.AddFault("file", $"'{read.File}' is not a plain file name.", "Name the weights without a folder.");
        var isWeb = Uri.TryCreate(read.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http";
        if (read.Url is not null && !isWeb)
            document.AddFault("url", $"'{read.Url}' is not a web address.", "Give the https address of the weights, or leave it out.");
    }

    private static void CheckClasses(YamlDocument<ModelManifest> document, ModelManifest read)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, labels) in read.Classes)
        {
            var key = $"classes.{name}";
            if (!Enum.GetNames<ObjectClass>().Contains(name, StringComparer.OrdinalIgnoreCase))
                document.AddFault(key, $"'{name}' is not a class.", $"Classes: {string.Join(", ", Enum.GetNames<ObjectClass>())}.");
            if (labels.Count == 0)
                document.AddFault(key, "has no labels.", "List them in brackets, or leave the class out.");
            foreach (var label in labels)
            {
                if (!read.Labels.Contains(label))
                    document.AddFault(key, $"'{label}' is not one of the labels.", "Write it as in labels.");
                else if (!taken.Add(label))
                    document.AddFault(key, $"'{label}' is in two classes.", "Leave it in one.");
            }
        }
    }
}

/// <summary>Size of the model's input, in pixels.</summary>
public sealed record ModelInput
{
    [Range(32, 4096)]
    public required int Width { get; init; }

    [Range(32, 4096)]
    public required int Height { get; init; }
}
