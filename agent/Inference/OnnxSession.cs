using Microsoft.ML.OnnxRuntime;

namespace SocialCredit.Edge.Inference;

/// <summary>How a session of ONNX Runtime is set up, the same for all that open one.</summary>
internal static class OnnxSession
{
    static OnnxSession() => OnnxTelemetry.SwitchOff();

    /// <summary>The caller disposes them.</summary>
    /// <param name="options">Threads and spinning.</param>
    /// <param name="isPlain">The graph runs as it stands in the file, without any optimisation.</param>
    public static SessionOptions Options(DetectorOptions options, bool isPlain = false)
    {
        var session = new SessionOptions
        {
            GraphOptimizationLevel = isPlain ? GraphOptimizationLevel.ORT_DISABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            // What goes wrong is told once, by the exception.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spinning ? "1" : "0");
        session.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        return session;
    }

    /// <summary>What ONNX Runtime says, without the places in its own source that follow.</summary>
    public static string FirstLine(OnnxRuntimeException exception) => exception.Message.Split('\n')[0].Trim();
}
