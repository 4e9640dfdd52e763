using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Configuration;

/// <summary>Says what a data annotation has against a value, in words for whoever wrote the file.</summary>
internal static class Annotations
{
    /// <summary>Null if the value is permitted.</summary>
    public static (string Problem, string Hint)? Check(ValidationAttribute rule, object? value, ValidationContext context)
    {
        if (IsPermitted(rule, value, context))
            return null;
        if (rule.ErrorMessage is not null)
            return (rule.FormatErrorMessage(context.DisplayName), Permitted(rule));
        return (Problem(rule, value, context.DisplayName), Permitted(rule));
    }

    public static string Entries(int count) => count == 1 ? "There is 1 entry." : $"There are {count} entries.";

    private static bool IsPermitted(ValidationAttribute rule, object? value, ValidationContext context)
    {
        // [Range(0, 100)] on a double would round 100.4 to 100 and fail on infinity: compare as double.
        if (rule is RangeAttribute { Minimum: int or double } range && value is not null && Scalars.IsNumber(value.GetType()))
        {
            var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            var least = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
            var most = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
            // A float's 0.1 is a little more than the annotation's 0.1.
            if (value is float)
                (least, most) = ((float)least, (float)most);
            var isAbove = range.MinimumIsExclusive ? number > least : number >= least;
            return isAbove && (range.MaximumIsExclusive ? number < most : number <= most);
        }

        // The attribute lets an empty text pass whatever its pattern.
        if (rule is RegularExpressionAttribute form && value is "")
            return Regex.IsMatch("", form.Pattern, RegexOptions.None, form.MatchTimeout);
        return rule.GetValidationResult(value, context) == ValidationResult.Success;
    }

    private static string Problem(ValidationAttribute rule, object? value, string name) => rule switch
    {
        RangeAttribute => $"{Shown(value)} is out of range.",
        RegularExpressionAttribute => $"{Shown(value)} does not have the permitted form.",
        RequiredAttribute => "The value is empty.",
        StringLengthAttribute or MinLengthAttribute or MaxLengthAttribute or LengthAttribute => Count(value),
        AllowedValuesAttribute or DeniedValuesAttribute => $"{Shown(value)} is not permitted.",
        _ => rule.FormatErrorMessage(name),
    };

    /// <summary>What would be right; empty if the annotation has no words for it.</summary>
    private static string Permitted(ValidationAttribute rule) => rule switch
    {
        RangeAttribute r =>
            $"Permitted: {Limit(r.Minimum, r.MinimumIsExclusive, "more")} to {Limit(r.Maximum, r.MaximumIsExclusive, "less")}.",
        RegularExpressionAttribute r => $"Permitted: {r.Pattern}",
        RequiredAttribute => "Write one.",
        StringLengthAttribute l => $"Permitted: {l.MinimumLength} to {l.MaximumLength}.",
        LengthAttribute l => $"Permitted: {l.MinimumLength} to {l.MaximumLength}.",
        MinLengthAttribute l => $"Permitted: {l.Length} or more.",
        MaxLengthAttribute l => $"Permitted: {l.Length} or fewer.",
        AllowedValuesAttribute a => $"Permitted: {string.Join(", ", a.Values.Select(Shown))}.",
        _ => "",
    };

    private static string Limit(object limit, bool isExclusive, string word) =>
        isExclusive ? $"{word} than {Shown(limit)}" : Shown(limit);

    private static string Count(object? value) => value switch
    {
        string { Length: 1 } => "There is 1 character.",
        string text => $"There are {text.Length} characters.",
        ICollection list => Entries(list.Count),
        _ => Entries(0),
    };

    private static string Shown(object? value) => value switch
    {
        string text => ConfigFault.Quote(text),
        double.PositiveInfinity or float.PositiveInfinity => "inf",
        double.NegativeInfinity or float.NegativeInfinity => "-inf",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "null",
    };
}
