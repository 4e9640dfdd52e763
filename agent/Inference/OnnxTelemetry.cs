using System.Runtime.InteropServices;

namespace SocialCredit.Edge.Inference;

/// <summary>
/// ONNX Runtime's Linux builds make a device id in the user's cache and report processes, models and sessions to their maker.
/// Nothing here may do so.
/// </summary>
internal static class OnnxTelemetry
{
    /// <summary>Before anything else of ONNX Runtime is used: it looks once, when it is loaded.</summary>
    /// <exception cref="InvalidOperationException">The variable could not be set.</exception>
    public static void SwitchOff()
    {
        // Environment.SetEnvironmentVariable changes .NET's own copy, which native code does not see.
        if (SetEnvironment("ORT_DISABLE_TELEMETRY", "1", 1) != 0)
            throw new InvalidOperationException("ONNX Runtime's telemetry cannot be switched off, so it is not loaded.");
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
