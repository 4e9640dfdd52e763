using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Configuration;

/// <summary>Binds keys to the members of a record, and checks the record by its annotations.</summary>
internal sealed class RecordBinder(Binder binder, NodeReader reader)
{
    public Bound Bind(Type type, IReadOnlyList<YamlEntry> entries, string path)
    {
        var shape = RecordShape.Of(type);
        var values = new Dictionary<string, object?>();
        var faulty = new HashSet<string>();
        var isComplete = true;
        foreach (var entry in entries)
        {
            var member = shape.Members.FirstOrDefault(m => m.Key == entry.Key);
            if (member is null)
            {
                reader.RefuseKey(entry, path, shape.Members.Select(m => m.Key));
                continue;
            }

            var bound = BindMember(member, entry.Value, NodeReader.Join(path, entry.Key));
            if (bound.IsComplete)
                values[member.Key] = bound.Value;
            else
                faulty.Add(member.Key);
            // One wrong word keeps its default, so that the rest can still be checked; a list or record with a hole has none.
            isComplete &= bound.IsComplete || (!member.IsRequired && entry.Value is YamlScalar);
        }

        foreach (var missing in shape.Members.Where(m => m.IsRequired && !values.ContainsKey(m.Key) && !faulty.Contains(m.Key)))
        {
            var hint = $"Add \"{missing.Key}:\" with {Expected(missing.Type)}.";
            reader.Fault(NodeReader.Join(path, missing.Key), "The key is missing.", hint);
            faulty.Add(missing.Key);
            isComplete = false;
        }

        var made = Make(shape, values, path);
        CheckMembers(shape.Members.Where(m => !faulty.Contains(m.Key)), values, made, path);
        if (made is null || !isComplete)
            return Bound.Nothing;
        CheckWhole(made, path);
        return new Bound(made, true);
    }

    private Bound BindMember(RecordMember member, YamlNode node, string path)
    {
        // A record or list that was begun and left empty takes its defaults; only a written "null" says that there is none.
        var isScalar = Scalars.IsScalar(Nullable.GetUnderlyingType(member.Type) ?? member.Type);
        var isBegun = node is YamlScalar { IsEmpty: true } && !isScalar;
        return node.IsNull && member.IsNullable && !isBegun ? new Bound(null, true) : binder.Bind(member.Type, node, path);
    }

    private object? Make(RecordShape shape, Dictionary<string, object?> values, string path)
    {
        try
        {
            return shape.Make(values);
        }
        catch (ArgumentException refused)
        {
            reader.Fault(path, refused.Message, "");
            return null;
        }
    }

    /// <summary>Checks the record's members, defaults included; what was bound of it if it could not be made.</summary>
    private void CheckMembers(IEnumerable<RecordMember> members, Dictionary<string, object?> values, object? made, string path)
    {
        foreach (var member in members)
        {
            if (made is null && !values.ContainsKey(member.Key))
                continue;
            var value = made is null ? values[member.Key] : member.Property.GetValue(made);
            var context = new ValidationContext(made ?? values) { MemberName = member.Property.Name, DisplayName = member.Key };
            foreach (var rule in member.Rules)
            {
                if (Annotations.Check(rule, value, context) is var (problem, hint))
                    reader.Fault(NodeReader.Join(path, member.Key), problem, hint);
            }
        }
    }

    private void CheckWhole(object made, string path)
    {
        foreach (var found in (made as IValidatableObject)?.Validate(new ValidationContext(made)) ?? [])
        {
            if (found == ValidationResult.Success)
                continue;
            var key = found.MemberNames.FirstOrDefault() is { } member ? NodeReader.Join(path, RecordShape.KeyOf(member)) : path;
            reader.Fault(key, found.ErrorMessage ?? "The value is not permitted.", "");
        }
    }

    private static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Scalars.IsScalar(type))
            return Scalars.Expected(type);
        return Collections.ListItem(type) is null ? "its keys, indented below it" : "a list";
    }
}
