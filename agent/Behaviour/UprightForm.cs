using System.Runtime.CompilerServices;

namespace SocialCredit.Edge.Behaviour;

/// <summary>
/// How tall one track's box is to its width while it stands or walks: the upper quartile of the last four seconds of that, because
/// what hides a part of a person only ever makes the box lower.
/// </summary>
internal record struct UprightForm
{
    private const int Kept = 16;
    private const int SamplesMin = 5;
    private const double SpacingSeconds = 0.25;

    private Forms _forms;
    private int _count;
    private DateTimeOffset _takenAt;

    /// <summary>Height over width; 0 while it was not seen upright for a second.</summary>
    public float Value { get; private set; }

    public void Add(float form, DateTimeOffset at)
    {
        // A hundredth, because frames are not on the beat.
        if (_count > 0 && (at - _takenAt).TotalSeconds < SpacingSeconds - 0.01)
            return;
        _forms[_count++ % Kept] = form;
        _takenAt = at;
        if (_count < SamplesMin)
            return;

        Span<float> sorted = stackalloc float[Math.Min(_count, Kept)];
        ((ReadOnlySpan<float>)_forms)[..sorted.Length].CopyTo(sorted);
        sorted.Sort();
        Value = sorted[sorted.Length * 3 / 4];
    }

    [InlineArray(Kept)]
    private struct Forms
    {
        private float _first;
    }
}
