using System.Security.Cryptography;

namespace SocialCredit.Edge.Inference;

/// <summary>
/// Finds models. A manifest is <c>FOLDER/NAME/model.yaml</c>; its weights are <c>FOLDER/NAME/FILE</c> or <c>FOLDER/FILE</c>,
/// in the same folder or another: the first in order that has them. Weights leave here only with the right sha256.
/// </summary>
/// <param name="folders">Looked through in this order, then the cache.</param>
/// <param name="cacheFolder">Where pulled weights go; made when needed.</param>
public sealed class ModelStore(IReadOnlyList<string> folders, string cacheFolder)
{
    /// <summary>The variable that names a folder of models.</summary>
    public const string FolderVariable = "SCE_MODELS";

    /// <summary>The model that is used where none is named: our own, whose weights are in the repository.</summary>
    public const string DefaultModel = "street-320";

    private readonly IReadOnlyList<string> _places = [.. folders, cacheFolder];
    private Action<string> _demand = _ => { };

    /// <summary>The same folders; <see cref="Find"/> gives a model away only if the path of its manifest passes.</summary>
    /// <param name="demand">Throws a <see cref="ModelException"/> for one that must not be used.</param>
    public ModelStore Demanding(Action<string> demand) => new(folders, cacheFolder) { _demand = demand };

    /// <summary>
    /// <paramref name="modelsOption"/>, then <c>$SCE_MODELS</c>, then the first <c>models/</c> at or above the executable and
    /// at or above the working directory; cache in <c>$XDG_CACHE_HOME/socialcredit-edge/models</c>.
    /// </summary>
    /// <exception cref="ModelException">A folder that was asked for by name does not exist.</exception>
    public static ModelStore FromEnvironment(string? modelsOption)
    {
        var folders = new List<string>();
        AddNamed(folders, modelsOption, "--models");
        AddNamed(folders, Environment.GetEnvironmentVariable(FolderVariable), FolderVariable);
        foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            if (FindAtOrAbove(start) is { } found && !folders.Contains(found))
                folders.Add(found);
        }

        return new ModelStore(folders, CacheFolder());
    }

    /// <summary>Every model that has a manifest, by name; a broken manifest is an entry with its fault.</summary>
    public IReadOnlyList<ModelEntry> List()
    {
        var entries = new SortedDictionary<string, ModelEntry>(StringComparer.Ordinal);
        foreach (var path in _places.Where(Directory.Exists).SelectMany(ManifestsIn))
        {
            var name = Path.GetFileName(Path.GetDirectoryName(path)!);
            if (entries.ContainsKey(name))
                continue;
            try
            {
                var manifest = ModelManifest.Read(path);
                entries[name] = new ModelEntry(name, manifest, WeightPlaces(manifest).FirstOrDefault(File.Exists), Fault: null);
            }
            catch (ModelException broken)
            {
                entries[name] = new ModelEntry(name, Manifest: null, WeightsPath: null, broken.Message);
            }
        }

        return [.. entries.Values];
    }

    /// <summary>The model, its weights checked against their sha256.</summary>
    /// <exception cref="ModelException">No such model, no weights, or not those that the manifest names.</exception>
    public Model Find(string name)
    {
        var manifestPath = FindManifest(name);
        _demand(manifestPath);
        var manifest = ModelManifest.Read(manifestPath);
        var path = WeightPlaces(manifest).FirstOrDefault(File.Exists)
            ?? throw new ModelException(
                $"Model {name}: {manifest.File} was not found in {string.Join(", ", _places)}. "
                + (manifest.Url is null
                    ? "It belongs beside its model.yaml: put it back there."
                    : $"Run `edge models pull {name}`, or put the file at {CachePath(manifest)}."));
        Check(manifest, path);
        return new Model(manifest, path);
    }

    /// <summary>The model; its weights come from the manifest's address into the cache if no folder has them.</summary>
    /// <exception cref="ModelException">No such model, no way to the address, or what is there is another file.</exception>
    public async Task<Model> PullAsync(string name, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var manifest = ModelManifest.Read(FindManifest(name));
        var cached = CachePath(manifest);
        var present = WeightPlaces(manifest).FirstOrDefault(File.Exists);
        // A broken file in the cache is ours to replace; one in a folder of the user's is not.
        var isBrokenHere = present == cached && Sha256Of(cached) != manifest.Sha256;
        if (manifest.Url is { } url && (present is null || isBrokenHere))
            await ModelDownload.FetchAsync(manifest, url, cached, progress, cancellationToken);
        return Find(name);
    }

    private static void AddNamed(List<string> folders, string? folder, string source)
    {
        if (string.IsNullOrEmpty(folder))
            return;
        if (!Directory.Exists(folder))
        {
            throw new ModelException(
                $"{source}: the folder '{folder}' does not exist. Name a folder that holds models, or leave it out.");
        }

        folders.Add(Path.GetFullPath(folder));
    }

    private static string? FindAtOrAbove(string start)
    {
        for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "models");
            if (Directory.Exists(candidate) && ManifestsIn(candidate).Any())
                return candidate;
        }

        return null;
    }

    private static string CacheFolder()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathRooted(cache))
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.GetFullPath(Path.Combine(cache, "socialcredit-edge", "models"));
    }

    private static IEnumerable<string> ManifestsIn(string folder) =>
        Directory.EnumerateDirectories(folder, "*", new EnumerationOptions { IgnoreInaccessible = true })
            .Select(model => Path.Combine(model, ModelManifest.FileName))
            .Where(File.Exists);

    private static string Sha256Of(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read. {unreadable.Message}", unreadable);
        }
    }

    private static void Check(ModelManifest manifest, string path)
    {
        var found = Sha256Of(path);
        if (found != manifest.Sha256)
        {
            throw new ModelException(
                $"{path}: expected sha256 {manifest.Sha256} by the {ModelManifest.FileName} of {manifest.Name}, "
                + $"found {found} ({new FileInfo(path).Length} bytes). {manifest.Remedy}");
        }
    }

    /// <summary>The folder of the model's manifest.</summary>
    /// <exception cref="ModelException">No such model.</exception>
    public string FolderOf(string name) => Path.GetDirectoryName(FindManifest(name))!;

    private string FindManifest(string name)
    {
        var isPlain = name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        var manifests = _places.Select(place => Path.Combine(place, name, ModelManifest.FileName));
        if (isPlain && manifests.FirstOrDefault(File.Exists) is { } path)
            return path;
        var known = List() is { Count: > 0 } entries ? string.Join(", ", entries.Select(entry => entry.Name)) : "none";
        throw new ModelException(
            $"There is no model '{name}': no {name}/{ModelManifest.FileName} in {string.Join(", ", _places)}. Known models: {known}.");
    }

    private IEnumerable<string> WeightPlaces(ModelManifest manifest) =>
        _places.SelectMany(place => new[] { Path.Combine(place, manifest.Name, manifest.File), Path.Combine(place, manifest.File) });

    private string CachePath(ModelManifest manifest) => Path.Combine(cacheFolder, manifest.Name, manifest.File);
}

/// <summary>A model as <see cref="ModelStore.List"/> shows it; its weights are not checked yet.</summary>
/// <param name="Name">Of its folder.</param>
/// <param name="Manifest">Null where it is broken.</param>
/// <param name="WeightsPath">Null where they are missing.</param>
/// <param name="Fault">What is wrong with the manifest; null where nothing is.</param>
public sealed record ModelEntry(string Name, ModelManifest? Manifest, string? WeightsPath, string? Fault);
