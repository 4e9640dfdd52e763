using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>
/// Explains a JSON document byte by byte out of its published schema: what a field means is the schema's description of it, and
/// what the schema does not name, or not in this form, stays unexplained. White space, escapes, a second key and keys in another
/// order could carry something too, so they are not explained either.
/// </summary>
internal sealed class JsonExplanation
{
    private const string Structure = "the form's own brackets";

    private readonly JsonElement _schema;
    private readonly JsonFieldRules _rules;

    /// <param name="schema">JSON Schema, draft 2020-12, of which the words of <see cref="JsonFieldRules"/> are understood.</param>
    /// <param name="closed">Fields, by path, that have one of these values on this device.</param>
    public JsonExplanation(string schema, IReadOnlyDictionary<string, IReadOnlyCollection<string>> closed)
    {
        _schema = JsonDocument.Parse(schema).RootElement;
        _rules = new JsonFieldRules(_schema, closed);
    }

    /// <summary>Ranges that touch each other from the first byte to the last.</summary>
    /// <param name="json">Anything.</param>
    /// <param name="offset">Of its first byte in the packet.</param>
    public List<ExplainedRange> Explain(ReadOnlySpan<byte> json, int offset)
    {
        var ranges = new List<ExplainedRange>();
        var walk = new Walk(json, offset, _rules, ranges);
        try
        {
            walk.Document(_schema);
        }
        catch (JsonException)
        {
            // What was read before is explained; the rest is none of ours.
        }

        walk.Close();
        return ranges;
    }

    private ref struct Walk(ReadOnlySpan<byte> json, int offset, JsonFieldRules rules, List<ExplainedRange> ranges)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private Utf8JsonReader _reader = new(json);
        private int _done;

        public void Document(JsonElement schema)
        {
            if (_reader.Read())
                Value(rules.Resolve(schema), new("", "payload", "the payload's opening bracket"), prefix: "");
        }

        public void Close()
        {
            if (_done < _json.Length)
                ranges.Add(ExplainedRange.Unexplained("payload", offset + _done, _json[_done..]));
        }

        /// <summary>The reader stands on a value; everything from what was done up to its end is this field.</summary>
        private void Value(JsonElement? schema, Field field, string prefix)
        {
            var start = (int)_reader.TokenStartIndex;
            var isInForm = _json[_done..start].SequenceEqual(Encoding.UTF8.GetBytes(prefix));
            var isBranch = _reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (schema is not { } known || !isInForm || (isBranch && !JsonFieldRules.IsBranch(known, _reader.TokenType)))
            {
                _reader.Skip();
                Add(field, null);
            }
            else if (isBranch)
            {
                var isObject = _reader.TokenType == JsonTokenType.StartObject;
                Add(field, field.Meaning);
                if (isObject)
                    Members(known, field);
                else
                    Items(known, field);
            }
            else
            {
                var raw = Encoding.UTF8.GetString(_json[start..(int)_reader.BytesConsumed]);
                Add(field, rules.Permits(known, field.Path, _reader.TokenType, raw) ? field.Meaning : null);
            }
        }

        private void Members(JsonElement schema, Field parent)
        {
            var order = JsonFieldRules.Order(schema);
            var seen = new HashSet<string>();
            var (last, separator) = (-1, "");
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = _reader.GetString()!;
                var place = order.IndexOf(key);
                var isInOrder = seen.Add(key) && (order.Count == 0 || place > last);
                last = Math.Max(last, place);
                var member = isInOrder ? rules.Member(schema, key) : null;
                var path = parent.Path.Length == 0 ? key : $"{parent.Path}.{key}";
                _reader.Read();
                Value(member, new(path, path, JsonFieldRules.MeaningOf(member, key) ?? parent.Meaning), $"{separator}\"{key}\":");
                separator = ",";
            }

            Add(new(parent.Path, parent.Name, Structure), _reader.BytesConsumed - _done == 1 ? Structure : null);
        }

        private void Items(JsonElement schema, Field parent)
        {
            var item = rules.Item(schema);
            var separator = "";
            for (var i = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; i++)
            {
                var path = $"{parent.Path}[{i.ToString(CultureInfo.InvariantCulture)}]";
                Value(item, new($"{parent.Path}[]", path, JsonFieldRules.MeaningOf(item, "") ?? parent.Meaning), separator);
                separator = ",";
            }

            Add(new(parent.Path, parent.Name, Structure), _reader.BytesConsumed - _done == 1 ? Structure : null);
        }

        private void Add(Field field, string? meaning)
        {
            var end = (int)_reader.BytesConsumed;
            var bytes = _json[_done..end];
            ranges.Add(meaning is null
                ? ExplainedRange.Unexplained(ExplainedRange.Plain(field.Name), offset + _done, bytes)
                : new(offset + _done, bytes.Length, field.Name, ExplainedRange.Plain(Encoding.UTF8.GetString(bytes)), meaning));
            _done = end;
        }
    }

    private readonly record struct Field(string Path, string Name, string Meaning);
}
