using System.Numerics.Tensors;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference.Heads;

/// <summary>
/// YOLOX, exported without its own decoding: one row [x, y, width, height, objectness, class scores...] for every cell of
/// three grids of 8, 16 and 32 pixels. Centre = (xy + cell) * stride, size = exp(wh) * stride, both in input pixels;
/// confidence = objectness * best class score (Ge et al., YOLOX: Exceeding YOLO Series in 2021).
/// </summary>
internal sealed class YoloxHead : IModelHead
{
    private const int ObjectnessColumn = 4;
    private const int BoxColumns = 5;

    private static readonly int[] Strides = [8, 16, 32];

    private readonly int _width;
    private readonly int _height;
    private readonly float _confidenceMin;
    private readonly ObjectClass?[] _classes;
    private readonly NonMaxSuppression _suppression;

    /// <exception cref="ModelException">The input is not made of whole cells.</exception>
    public YoloxHead(HeadSetup setup)
    {
        var (manifest, options) = setup;
        (_width, _height) = (manifest.Input.Width, manifest.Input.Height);
        if (_width % Strides[^1] != 0 || _height % Strides[^1] != 0)
        {
            throw new ModelException(
                $"Model {manifest.Name}: head yolox needs an input of multiples of {Strides[^1]} pixels, not {_width}x{_height}.");
        }

        _confidenceMin = options.ConfidenceMin;
        _classes = manifest.MapLabels();
        var cells = Strides.Sum(stride => _width / stride * (_height / stride));
        OutputShape = [1, cells, BoxColumns + _classes.Length];
        _suppression = new NonMaxSuppression(cells, options.OverlapMax);
    }

    public InputFormat Input { get; } = new(ChannelOrder.Bgr, Scale: 1, Pad: 114);

    public IReadOnlyList<long> OutputShape { get; }

    public void Decode(ReadOnlySpan<float> output, in LetterboxScale scale, List<Detection> detections)
    {
        var columns = BoxColumns + _classes.Length;
        var start = 0;
        foreach (var stride in Strides)
        {
            var (across, down) = (_width / stride, _height / stride);
            for (var cell = 0; cell < across * down; cell++, start += columns)
            {
                // No class score exceeds 1, so objectness alone rules out nearly all cells.
                if (output[start + ObjectnessColumn] >= _confidenceMin)
                    DecodeCell(output.Slice(start, columns), new Point(cell % across, cell / across), stride, scale);
            }
        }

        _suppression.MoveTo(detections);
    }

    private void DecodeCell(ReadOnlySpan<float> row, Point cell, int stride, in LetterboxScale scale)
    {
        var scores = row[BoxColumns..];
        var best = TensorPrimitives.IndexOfMax(scores);
        var confidence = MathF.Min(1, row[ObjectnessColumn] * scores[best]);
        // Written so that NaN fails.
        if (_classes[best] is not { } known || !(confidence >= _confidenceMin))
            return;
        var centre = new Point((row[0] + cell.X) * stride, (row[1] + cell.Y) * stride);
        var (halfWidth, halfHeight) = (MathF.Exp(row[2]) * stride / 2, MathF.Exp(row[3]) * stride / 2);
        var box = scale.ToFrame(new Box(centre.X - halfWidth, centre.Y - halfHeight, centre.X + halfWidth, centre.Y + halfHeight));
        if (box.Width > 0 && box.Height > 0)
            _suppression.Add(new Detection(box, known, confidence));
    }
}
