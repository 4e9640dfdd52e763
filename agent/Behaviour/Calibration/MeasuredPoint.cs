using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>A place that was found in the picture and measured on the ground.</summary>
/// <param name="Image">In 0..1 of the frame.</param>
/// <param name="Metres">On the ground; origin and axes are the measurer's, the same for all points.</param>
public readonly record struct MeasuredPoint(Point Image, Point Metres);

/// <summary>Why measured points make no ground plane.</summary>
/// <param name="Index">Of the point that is at fault, from 0; null where it is all of them.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Hint">What to do.</param>
public sealed record PointFault(int? Index, string Problem, string Hint);
