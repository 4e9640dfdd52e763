using System.Text.Json.Serialization;

namespace SocialCredit.Edge.Audit;

/// <summary>One thing that was measured, and its bar.</summary>
/// <param name="Name">What it is, with its unit.</param>
/// <param name="Value">Measured.</param>
/// <param name="Shown">The value as text.</param>
/// <param name="Bar">In words; empty where there is none.</param>
/// <param name="IsHeld">Within the bar.</param>
/// <param name="IsCaught">So far outside that what was measured is broken, not unlucky.</param>
public sealed record Figure(
    string Name, double Value, string Shown, string Bar, bool IsHeld, [property: JsonIgnore] bool IsCaught)
{
    /// <param name="name">What it is.</param>
    /// <param name="value">Measured.</param>
    /// <param name="max">The bar.</param>
    /// <param name="caughtFrom">From here on it is broken; the bar if left out.</param>
    /// <param name="format">Of value and bar.</param>
    internal static Figure AtMost(string name, double value, double max, double? caughtFrom = null, string format = "0.000") =>
        new(name, value, Text(value, format), $"<= {Text(max, format)}", value <= max, caughtFrom is { } from ? value >= from : value > max);

    internal static Figure AtLeast(string name, double value, double min, string format = "0.000") =>
        new(name, value, Text(value, format), $">= {Text(min, format)}", value >= min, value < min);

    internal static Figure Between(string name, double value, double min, double max, double? caughtFrom = null, string format = "0.000") =>
        new(
            name, value, Text(value, format), $"{Text(min, format)} to {Text(max, format)}", value >= min && value <= max,
            caughtFrom is { } from ? value >= from : value < min || value > max);

    /// <summary>No bar: for the reader.</summary>
    internal static Figure Only(string name, double value, string format = "0.000") =>
        new(name, value, Text(value, format), "", IsHeld: true, IsCaught: false);

    private static string Text(double value, string format) => value.ToString(format);
}
