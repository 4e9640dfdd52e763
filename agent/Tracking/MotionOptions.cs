using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Tracking;

/// <summary>Noise of the Kalman filter: standard deviations in heights of the box and in seconds.</summary>
public sealed record MotionOptions
{
    /// <summary>Of a measured centre, at confidence 1.</summary>
    [Range(0.001, 1.0)]
    public double PlaceNoise { get; init; } = 0.05;

    /// <summary>Of a measured width or height, at confidence 1.</summary>
    [Range(0.001, 1.0)]
    public double SizeNoise { get; init; } = 0.04;

    /// <summary>A detection of confidence c is noisier by 1 + this (1 - c), after StrongSORT's NSA filter.</summary>
    [Range(0.0, 10.0)]
    public double ScoreNoise { get; init; } = 1.5;

    /// <summary>A detection that overlaps another track by o is noisier by 1 + this o: where people pass, boxes merge.</summary>
    [Range(0.0, 20.0)]
    public double CrowdNoise { get; init; } = 3;

    /// <summary>A track unseen for longer does not count as another one there.</summary>
    [Range(0.0, 10.0)]
    public double CrowdSeconds { get; init; } = 1;

    /// <summary>Growth of the uncertainty of a velocity in one second.</summary>
    [Range(0.01, 10.0)]
    public double Acceleration { get; init; } = 0.5;

    /// <summary>The same for the velocity of width and height.</summary>
    [Range(0.01, 10.0)]
    public double SizeAcceleration { get; init; } = 0.15;

    /// <summary>Of the unknown velocity of a new track.</summary>
    [Range(0.01, 10.0)]
    public double StartSpeed { get; init; } = 1.2;

    /// <summary>The same for width and height.</summary>
    [Range(0.01, 10.0)]
    public double SizeStartSpeed { get; init; } = 0.4;

    /// <summary>After so long without a measurement half of a velocity is left.</summary>
    [Range(0.01, 1000.0)]
    public double HalfLifeSeconds { get; init; } = 8;

    /// <summary>The same for width and height: boxes grow and shrink with what hides a part of them, which does not go on.</summary>
    [Range(0.01, 1000.0)]
    public double SizeHalfLifeSeconds { get; init; } = 0.25;
}
