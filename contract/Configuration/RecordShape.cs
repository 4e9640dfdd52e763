using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace SocialCredit.Edge.Configuration;

/// <summary>One key of a record.</summary>
/// <param name="Key">In camelCase, as files write it.</param>
/// <param name="IsRequired"><c>required</c>, a constructor's parameter without default, or <c>[Required]</c> without one.</param>
/// <param name="IsNullable">May be written as <c>null</c>.</param>
/// <param name="Rules">Data annotations of the property and of its constructor parameter.</param>
internal sealed record RecordMember(
    string Key, PropertyInfo Property, bool IsRequired, bool IsNullable, IReadOnlyList<ValidationAttribute> Rules)
{
    public Type Type => Property.PropertyType;

    /// <summary>Null where the property is set after construction.</summary>
    public ParameterInfo? Parameter { get; init; }
}

/// <summary>What can be written of a record: its keys, and how it is made of them.</summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Known = [];

    private readonly Type _type;
    private readonly ConstructorInfo? _constructor;

    private RecordShape(Type type)
    {
        _type = type;
        // A struct may have no constructor to find.
        _constructor = type.GetConstructors().OrderBy(c => c.GetParameters().Length).FirstOrDefault();
        var nullability = new NullabilityInfoContext();
        var parameters = _constructor?.GetParameters() ?? [];
        Members = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0)
            .Select(p => MemberOf(p, parameters.FirstOrDefault(a => a.Name == p.Name), nullability))];
        var defaults = Make(new Dictionary<string, object?>());
        Members = [.. Members.Select(m => m with { IsRequired = m.IsRequired || LacksDefault(m, defaults) })];
    }

    public IReadOnlyList<RecordMember> Members { get; }

    /// <summary>True where a list such as <c>[0.1, 0.2]</c> says it: the constructor takes numbers, or such lists, only.</summary>
    public bool IsTuple =>
        Members.Count > 0 && Members.All(m => m.Parameter is not null && (Scalars.IsNumber(m.Type) || IsTupleType(m.Type)));

    public static RecordShape Of(Type type) => Known.GetOrAdd(type, static t => new RecordShape(t));

    public static string KeyOf(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);

    /// <summary>Null where a value is missing that the constructor needs.</summary>
    /// <exception cref="ArgumentException">The constructor refuses the values.</exception>
    public object? Make(IReadOnlyDictionary<string, object?> values)
    {
        var arguments = new List<object?>();
        foreach (var member in Members.Where(m => m.Parameter is not null).OrderBy(m => m.Parameter!.Position))
        {
            if (values.TryGetValue(member.Key, out var given))
                arguments.Add(given);
            else if (member.Parameter!.HasDefaultValue)
                arguments.Add(member.Parameter.DefaultValue);
            else
                return null;
        }

        var made = arguments.Count == 0
            ? MakeEmpty(_type)
            : _constructor!.Invoke(BindingFlags.DoNotWrapExceptions, null, [.. arguments], null);
        foreach (var member in Members.Where(m => m.Parameter is null))
        {
            if (values.TryGetValue(member.Key, out var given))
                member.Property.SetValue(made, given);
        }

        return made;
    }

    private static bool IsTupleType(Type type) =>
        type.IsValueType && !Scalars.IsScalar(type) && Nullable.GetUnderlyingType(type) is null && Of(type).IsTuple;

    private static object MakeEmpty(Type type) =>
        Activator.CreateInstance(type) ?? throw new InvalidOperationException($"{type} must have a constructor without parameters.");

    private static bool LacksDefault(RecordMember member, object? defaults) =>
        defaults is not null && member.Rules.Any(r => r is RequiredAttribute) && member.Property.GetValue(defaults) is null;

    private static RecordMember MemberOf(PropertyInfo property, ParameterInfo? parameter, NullabilityInfoContext nullability)
    {
        var rules = property.GetCustomAttributes<ValidationAttribute>()
            .Concat(parameter?.GetCustomAttributes<ValidationAttribute>() ?? [])
            .ToArray();
        var isRequired = property.IsDefined(typeof(RequiredMemberAttribute))
            || parameter is { HasDefaultValue: false };
        var isNullable = nullability.Create(property).WriteState == NullabilityState.Nullable;
        return new RecordMember(KeyOf(property.Name), property, isRequired, isNullable, rules) { Parameter = parameter };
    }
}
