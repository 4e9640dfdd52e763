namespace SocialCredit.Edge.Inference;

/// <summary>A model that can be loaded.</summary>
/// <param name="Manifest">How to feed and read it.</param>
/// <param name="WeightsPath">An ONNX file.</param>
public sealed record Model(ModelManifest Manifest, string WeightsPath);
