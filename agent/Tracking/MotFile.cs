using System.Globalization;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Tracking;

/// <summary>One line of a MOT text file.</summary>
/// <param name="Frame">From 1.</param>
/// <param name="Id">-1 for a detection.</param>
/// <param name="Box">Pixels.</param>
/// <param name="Confidence">As written: any range in a file of detections, 0 for ground truth to be ignored.</param>
public readonly record struct MotRow(int Frame, int Id, Box Box, float Confidence);

/// <summary>
/// The text format of MOTChallenge: <c>frame,id,left,top,width,height,confidence,...</c>; pixels, frames from 1, further
/// columns are ignored. Works on lines; who calls opens and writes the file.
/// </summary>
public static class MotFile
{
    /// <summary>Reads every line; empty lines are skipped.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="FormatException">A line is not of this format; the message names file, line and fault.</exception>
    public static List<MotRow> Read(string name, IEnumerable<string> lines)
    {
        var rows = new List<MotRow>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (Parse(line, out var row) is { } fault)
                throw new FormatException($"{name}:{number}: {fault}; expected frame,id,left,top,width,height,confidence");
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The line of a row, without its end.</summary>
    public static string Line(in MotRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Frame},{row.Id},{row.Box.Left:0.##},{row.Box.Top:0.##},{row.Box.Width:0.##},{row.Box.Height:0.##},"
        + $"{row.Confidence:0.####},-1,-1,-1");

    private static string? Parse(ReadOnlySpan<char> line, out MotRow row)
    {
        row = default;
        Span<float> values = stackalloc float[7];
        var count = 0;
        foreach (var range in line.Split(','))
        {
            if (count == values.Length)
                break;
            var field = line[range].Trim();
            var isNumber = float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out values[count]);
            if (!isNumber || !float.IsFinite(values[count]))
                return $"column {count + 1} is '{field}', not a number";
            count++;
        }

        if (count < values.Length)
            return $"{count} columns";
        var isFrame = values[0] >= 1 && values[0] <= 1 << 24 && values[0] == MathF.Floor(values[0]);
        if (!isFrame)
            return $"frame {values[0]} is not a whole number from 1";
        if (values[1] != MathF.Floor(values[1]) || MathF.Abs(values[1]) > 1 << 24)
            return $"id {values[1]} is not a whole number";
        if (values[4] < 0 || values[5] < 0)
            return $"width {values[4]}, height {values[5]}: neither may be negative";
        var box = new Box(values[2], values[3], values[2] + values[4], values[3] + values[5]);
        row = new MotRow((int)values[0], (int)values[1], box, values[6]);
        return null;
    }
}
