using System.Security.Cryptography;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Inference;

public sealed class ModelStoreTests
{
    private readonly string _first = TestPaths.NewFolder();
    private readonly string _second = TestPaths.NewFolder();
    private readonly string _cache = Path.Combine(TestPaths.NewFolder(), "models");
    private readonly byte[] _weights = File.ReadAllBytes(TestModels.Small().WeightsPath);

    private ModelStore Store => new([_first, _second], _cache);

    private string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_weights));

    private string CachedWeights => Path.Combine(_cache, "small", "small.onnx");

    [Fact]
    public void The_real_model_is_found_where_its_weights_lie_loose_in_another_folder()
    {
        var weights = TestPaths.SharedData("models/yolox_nano.onnx");
        var store = new ModelStore([Path.GetDirectoryName(weights)!, Path.Combine(TestPaths.Root, "models")], _cache);

        var model = store.Find("yolox-nano");

        Assert.Equal(weights, model.WeightsPath);
        Assert.Equal(80, model.Manifest.Labels.Count);
        Assert.Equal(19, model.Manifest.MapLabels().Count(known => known is not null));
    }

    [Fact]
    public void The_manifest_of_the_repository_is_listed_with_or_without_weights()
    {
        var entry = Assert.Single(new ModelStore([Path.Combine(TestPaths.Root, "models")], _cache).List(), entry => entry.Name == "yolox-nano");

        Assert.Null(entry.Fault);
        Assert.Equal("Apache-2.0", entry.Manifest!.Licence);
    }

    [Theory]
    [InlineData("small/small.onnx")]
    [InlineData("small.onnx")]
    public void The_first_folder_that_has_the_weights_gives_them(string place)
    {
        WriteManifest(_second);
        WriteWeights(Path.Combine(_second, "small", "small.onnx"));
        WriteWeights(CachedWeights);
        WriteWeights(Path.Combine(_first, place));

        Assert.Equal(Path.Combine(_first, place), Store.Find("small").WeightsPath);
    }

    [Fact]
    public void Weights_that_are_other_bytes_are_refused_by_name_with_both_sums()
    {
        WriteManifest(_first);
        var path = Path.Combine(_first, "small", "small.onnx");
        File.WriteAllBytes(path, _weights[..^1]);

        var refused = Assert.Throws<ModelException>(() => Store.Find("small"));

        var found = Convert.ToHexStringLower(SHA256.HashData(_weights.AsSpan()[..^1]));
        Assert.Equal(
            $"{path}: expected sha256 {Sha256} by the model.yaml of small, found {found} ({_weights.Length - 1} bytes). Delete the file and run `edge models pull small`, or put the right one there.",
            refused.Message);
    }

    [Fact]
    public void Missing_weights_are_told_with_what_to_do()
    {
        WriteManifest(_first);

        var refused = Assert.Throws<ModelException>(() => Store.Find("small"));

        Assert.Equal(
            $"Model small: small.onnx was not found in {_first}, {_second}, {_cache}. Run `edge models pull small`, or put the file at {CachedWeights}.", refused.Message);
    }

    [Fact]
    public async Task A_model_without_an_address_belongs_beside_its_manifest()
    {
        WriteManifest(_first, text => text.Replace("url: https://example.org/small.onnx", "notes: ours", StringComparison.Ordinal));
        var told = $"Model small: small.onnx was not found in {_first}, {_second}, {_cache}. It belongs beside its model.yaml: put it back there.";

        Assert.Equal(told, Assert.Throws<ModelException>(() => Store.Find("small")).Message);
        Assert.Equal(told, (await Assert.ThrowsAsync<ModelException>(() => Store.PullAsync("small", progress: null, CancellationToken.None))).Message);

        File.WriteAllBytes(Path.Combine(_first, "small", "small.onnx"), [1]);
        var other = Assert.Throws<ModelException>(() => Store.Find("small"));
        Assert.EndsWith("(1 bytes). It comes with its model.yaml: put back the file of the same version.", other.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("large")]
    [InlineData("../small")]
    [InlineData("")]
    public void A_model_that_does_not_exist_is_told_with_those_that_do(string name)
    {
        WriteManifest(_first);

        var refused = Assert.Throws<ModelException>(() => Store.Find(name));

        Assert.Equal($"There is no model '{name}': no {name}/model.yaml in {_first}, {_second}, {_cache}. Known models: small.", refused.Message);
    }

    [Fact]
    public void Every_fault_of_a_manifest_is_told_at_its_line()
    {
        WriteManifest(_first, text => text
            .Replace("name: small", "name: smal", StringComparison.Ordinal)
            .Replace("head: yolox", "head: yolo", StringComparison.Ordinal)
            .Replace("vehicle: [car]", "lorry: [car, van, person]", StringComparison.Ordinal)
            .Replace("file: small.onnx", "file: ../small.onnx", StringComparison.Ordinal)
            .Replace("https://", "ftp://", StringComparison.Ordinal)
            .Replace(Sha256, "123", StringComparison.Ordinal));

        var refused = Assert.Throws<ModelException>(() => Store.Find("small"));

        var faults = refused.Message.Split(Environment.NewLine);
        string[] starts = [":1: name: is 'smal'", ":2: head: 'yolo' is not known", ":7: classes.lorry: 'lorry' is not a class", ":7: classes.lorry: 'van' is not one",
            ":7: classes.lorry: 'person' is in two classes", ":8: file: '../small.onnx' is not a plain file name", ":9: url: 'ftp://", ":10: sha256: "];
        Assert.Equal(starts.Length, faults.Length);
        foreach (var (fault, start) in faults.Zip(starts))
            Assert.StartsWith(Path.Combine(_first, "small", "model.yaml") + start, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_without_labels_is_told()
    {
        WriteManifest(_first, text => text.Replace("person: [person]", "person:", StringComparison.Ordinal));

        var refused = Assert.Throws<ModelException>(() => Store.Find("small"));

        Assert.StartsWith(Path.Combine(_first, "small", "model.yaml") + ":6: classes.person: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_manifest_does_not_hide_the_others()
    {
        WriteManifest(_first);
        Directory.CreateDirectory(Path.Combine(_second, "broken"));
        File.WriteAllText(Path.Combine(_second, "broken", "model.yaml"), "name: [");

        var entries = Store.List();

        Assert.Equal(["broken", "small"], entries.Select(entry => entry.Name));
        Assert.Contains("broken/model.yaml:", entries[0].Fault, StringComparison.Ordinal);
        Assert.Null(entries[1].Fault);
    }

    [Fact]
    public void A_folder_that_was_named_and_is_not_there_is_told()
    {
        var refused = Assert.Throws<ModelException>(() => ModelStore.FromEnvironment("/no/such/folder"));

        Assert.Equal("--models: the folder '/no/such/folder' does not exist. Name a folder that holds models, or leave it out.", refused.Message);
    }

    [Fact]
    public void The_checkout_of_the_executable_is_looked_through_without_being_named() =>
        Assert.Contains(ModelStore.FromEnvironment(modelsOption: null).List(), entry => entry.Name == "yolox-nano");

    [Fact]
    public async Task Pull_brings_the_weights_into_the_cache_and_tells_how_far_it_is()
    {
        await using var server = new FileServer(_weights);
        WriteManifest(_first, text => text.Replace("https://example.org/small.onnx", server.Url, StringComparison.Ordinal));
        var progress = new LastProgress();

        var model = await Store.PullAsync("small", progress, CancellationToken.None);

        Assert.Equal(CachedWeights, model.WeightsPath);
        Assert.Equal(_weights, File.ReadAllBytes(CachedWeights));
        Assert.Equal(new PullProgress(_weights.Length, _weights.Length), progress.Last);
        Assert.Equal([CachedWeights], Directory.GetFiles(_cache, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Pull_does_not_ask_for_what_is_there()
    {
        await using var server = new FileServer(_weights);
        WriteManifest(_first, text => text.Replace("https://example.org/small.onnx", server.Url, StringComparison.Ordinal));
        await Store.PullAsync("small", progress: null, CancellationToken.None);

        await Store.PullAsync("small", progress: null, CancellationToken.None);

        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Pull_replaces_a_broken_file_in_the_cache()
    {
        await using var server = new FileServer(_weights);
        WriteManifest(_first, text => text.Replace("https://example.org/small.onnx", server.Url, StringComparison.Ordinal));
        Directory.CreateDirectory(Path.GetDirectoryName(CachedWeights)!);
        File.WriteAllText(CachedWeights, "broken");

        var model = await Store.PullAsync("small", progress: null, CancellationToken.None);

        Assert.Equal(_weights, File.ReadAllBytes(model.WeightsPath));
    }

    [Fact]
    public async Task Other_bytes_at_the_address_are_refused_and_not_kept()
    {
        await using var server = new FileServer([1, 2, 3]);
        WriteManifest(_first, text => text.Replace("https://example.org/small.onnx", server.Url, StringComparison.Ordinal));

        var refused = await Assert.ThrowsAsync<ModelException>(() => Store.PullAsync("small", progress: null, CancellationToken.None));

        Assert.StartsWith($"{server.Url}: expected sha256 {Sha256} by the model.yaml of small, found 039058c6", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_cache, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("200 OK", 100)]
    [InlineData("404 Not Found", 0)]
    public async Task An_answer_that_is_cut_short_or_refused_is_told_with_what_to_do(string status, int bytesSent)
    {
        await using var server = new FileServer(_weights, bytesSent, status);
        WriteManifest(_first, text => text.Replace("https://example.org/small.onnx", server.Url, StringComparison.Ordinal));

        var refused = await Assert.ThrowsAsync<ModelException>(() => Store.PullAsync("small", progress: null, CancellationToken.None));

        Assert.StartsWith($"Could not pull {server.Url}: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Without a network, get the file elsewhere (sha256 {Sha256}) and put it at {CachedWeights}.", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(CachedWeights));
    }

    [Fact]
    public async Task Without_a_network_pull_says_where_to_put_the_file()
    {
        string url;
        await using (var closed = new FileServer(_weights))
            url = closed.Url;
        WriteManifest(_first, text => text.Replace("https://example.org/small.onnx", url, StringComparison.Ordinal));

        var refused = await Assert.ThrowsAsync<ModelException>(() => Store.PullAsync("small", progress: null, CancellationToken.None));

        Assert.StartsWith($"Could not pull {url}: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(CachedWeights, refused.Message, StringComparison.Ordinal);
    }

    private void WriteManifest(string folder, Func<string, string>? change = null)
    {
        var text = $$"""
            name: small
            head: yolox
            input: { width: 64, height: 64 }
            labels: [person, car, cup]
            classes:
              person: [person]
              vehicle: [car]
            file: small.onnx
            url: https://example.org/small.onnx
            sha256: {{Sha256}}
            licence: Apache-2.0
            """;
        var path = Path.Combine(folder, "small", "model.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, change?.Invoke(text) ?? text);
    }

    private void WriteWeights(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, _weights);
    }

    private sealed class LastProgress : IProgress<PullProgress>
    {
        public PullProgress Last { get; private set; }

        public void Report(PullProgress value) => Last = value;
    }
}
