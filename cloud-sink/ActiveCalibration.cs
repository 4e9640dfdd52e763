using System.Text;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink;

/// <summary>The calibration in force: one instance per process, replaced as a whole when a new valid file is taken.</summary>
internal sealed class ActiveCalibration(CalibrationFile first)
{
    private volatile CalibrationFile _current = first;

    public CalibrationFile Current => _current;

    public void Replace(CalibrationFile next) => _current = next;
}

/// <summary>A calibration and the exact bytes that it was read from.</summary>
internal sealed record CalibrationFile(Calibration Calibration, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Where no file is named; its bytes are a file that says the same.</summary>
    public static CalibrationFile None { get; } = new(Calibration.None, Encoding.UTF8.GetBytes("{}\n"));
}
