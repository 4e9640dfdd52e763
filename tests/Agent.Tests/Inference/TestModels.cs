using System.Security.Cryptography;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Inference;

/// <summary>Our own model, the real YOLOX-nano where it is at hand, and small models that give what a test wants.</summary>
internal static class TestModels
{
    /// <summary>Cells of YOLOX at 64x64: 8x8, 4x4 and 2x2.</summary>
    public const int SmallCells = 84;

    /// <summary>The folder of every checkout's own models.</summary>
    public static string Folder { get; } = Path.Combine(TestPaths.Root, "models");

    /// <summary>Finds our own models, and YOLOX-nano where the shared data is.</summary>
    public static ModelStore Store() =>
        new([Folder, Path.GetFullPath(Path.Combine(TestPaths.Root, "..", "shared", "data", "models"))], TestPaths.NewFolder());

    /// <summary>The model that is used where none is named.</summary>
    public static Model Own() => Store().Find(ModelStore.DefaultModel);

    /// <summary>The real YOLOX-nano; skips the test where the weights are not there.</summary>
    public static Model YoloxNano() => new(
        ModelManifest.Read(Path.Combine(TestPaths.Root, "models", "yolox-nano", ModelManifest.FileName)),
        TestPaths.SharedData("models/yolox_nano.onnx"));

    /// <summary>For a YOLOX of 64x64 with three labels, of which <c>cup</c> is not reported.</summary>
    public static ModelManifest SmallManifest(string weightsPath = "small.onnx") => new()
    {
        Name = "small",
        Head = "yolox",
        Input = new ModelInput { Width = 64, Height = 64 },
        Labels = ["person", "car", "cup"],
        Classes = new Dictionary<string, IReadOnlyList<string>> { ["person"] = ["person"], ["vehicle"] = ["car"] },
        File = Path.GetFileName(weightsPath),
        Url = "https://example.org/small.onnx",
        Sha256 = File.Exists(weightsPath) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(weightsPath))) : new string('0', 64),
        Licence = "Apache-2.0",
    };

    /// <summary>A model of that manifest whose output is always the same: all zeros, or what is given.</summary>
    public static Model Small(float[]? output = null)
    {
        var path = Path.Combine(TestPaths.NewFolder(), "small.onnx");
        OnnxFile.Write(path, [new("images", OnnxFile.Float, [1, 3, 64, 64])], [new("output", OnnxFile.Float, [1, SmallCells, 8], output)]);
        return new Model(SmallManifest(path), path);
    }

    /// <summary>The same model as a folder with its model.yaml, as it lies among models.</summary>
    public static void WriteFolder(string models, string name, float[]? output = null)
    {
        var small = Small(output);
        var folder = Directory.CreateDirectory(Path.Combine(models, name)).FullName;
        File.Copy(small.WeightsPath, Path.Combine(folder, $"{name}.onnx"), overwrite: true);
        File.WriteAllText(Path.Combine(folder, ModelManifest.FileName), $$"""
            name: {{name}}
            head: yolox
            input: { width: 64, height: 64 }
            labels: [person, car, cup]
            classes: { person: [person], vehicle: [car] }
            file: {{name}}.onnx
            url: https://example.org/{{name}}.onnx
            sha256: {{small.Manifest.Sha256}}
            licence: Apache-2.0
            """);
    }
}
