using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>Reads the parameters of a request; every fault of all of them goes into one answer.</summary>
internal sealed class Asked
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    /// <summary>The faults, if there are any.</summary>
    public bool IsFaulty => _errors.Count > 0;

    public void Fault(string parameter, params string[] sentences) => _errors[parameter] = sentences;

    /// <summary>A whole number of this range, or <paramref name="otherwise"/> where nothing is given.</summary>
    public int Whole(string parameter, string? text, (int Min, int Max) range, int otherwise)
    {
        if (text is null)
            return otherwise;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= range.Min && number <= range.Max)
            return number;
        Fault(parameter, $"{parameter} is a whole number from {range.Min} to {range.Max}.");
        return otherwise;
    }

    /// <summary>A day, or <paramref name="otherwise"/> where nothing is given.</summary>
    public DateOnly Day(string parameter, string? text, DateOnly otherwise)
    {
        if (text is null)
            return otherwise;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and <= 2199)
            return day;
        Fault(parameter, $"{parameter} is a day between 2000-01-01 and 2199-12-31, written as 2026-11-22.");
        return otherwise;
    }

    /// <summary>One of these words, or the first where nothing is given.</summary>
    public string OneOf(string parameter, string? text, params IReadOnlyList<string> words)
    {
        if (text is null || words.Contains(text))
            return text ?? words[0];
        Fault(parameter, $"{parameter} is one of: {string.Join(", ", words.Where(word => word.Length > 0))}.");
        return words[0];
    }

    /// <summary>A text of at most this length.</summary>
    public string? Text(string parameter, string? text, int lengthMax)
    {
        if (text is null || text.Length <= lengthMax)
            return text;
        Fault(parameter, $"{parameter} has {lengthMax} characters at most.");
        return null;
    }

    /// <summary>What is answered where something is wrong.</summary>
    public ValidationProblem Problem() => TypedResults.ValidationProblem(_errors, "Mend what errors names and ask again.", title: "Bad parameters");
}
