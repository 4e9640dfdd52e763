using System.Text.Json;
using System.Text.Unicode;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// Reads the form of a record's JSON: every key once, nothing else, each of its type. What the values mean is checked after.
/// </summary>
internal ref struct EventRecordReader
{
    private const int AllKeys = (1 << 14) - 1;

    private Utf8JsonReader _json;
    private int _seen;
    private int _expected;
    private string? _fault;
    private string _site = "", _zone = "", _policy = "", _calibration = "";
    private DateTimeOffset _start;
    private RecordStatus _status;
    private PrivacyProfile _profile;
    private long _seconds, _coverage, _passages, _sequence;
    private List<BehaviourCount> _counts = [];

    private EventRecordReader(ReadOnlySpan<byte> payload)
    {
        // Two levels: the record and its counts.
        _json = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 2 });
    }

    /// <summary>Null if the form is right, else what is wrong with it.</summary>
    public static string? Read(ReadOnlySpan<byte> payload, out EventRecord? record)
    {
        record = null;
        if (payload.Length > EventRecordJson.BytesMax)
            return $"the payload is longer than {EventRecordJson.BytesMax} bytes.";
        if (!Utf8.IsValid(payload))
            return "the payload is not valid UTF-8.";
        try
        {
            var reader = new EventRecordReader(payload);
            record = reader.ReadRecord(payload.Length);
            return reader._fault;
        }
        catch (JsonException malformed)
        {
            var place = $"byte {malformed.BytePositionInLine} of line {malformed.LineNumber}";
            return $"the payload is not a JSON object of a record ({place}).";
        }
    }

    private EventRecord? ReadRecord(int payloadBytes)
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            return Refuse("the payload is not a JSON object.");
        while (_fault is null && _json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            ReadProperty();
        if (_fault is not null)
            return null;
        if (_json.BytesConsumed != payloadBytes)
            return Refuse("something follows the record.");
        if (_seen != AllKeys)
            return Refuse($"'{MissingKey()}' is missing.");

        return new EventRecord
        {
            Site = _site,
            Zone = _zone,
            Start = _start,
            Seconds = (int)_seconds,
            Status = _status,
            Coverage = (int)_coverage,
            Passages = _passages,
            Counts = _counts,
            Profile = _profile,
            Policy = _policy,
            Calibration = _calibration,
            Sequence = (uint)_sequence,
        };
    }

    private void ReadProperty()
    {
        var key = KeyIndex();
        if (key < 0)
        {
            Refuse("there is a key that the schema does not know.");
            return;
        }

        if ((_seen & (1 << key)) != 0)
        {
            Refuse($"'{EventRecordKeys.InOrder[key]}' stands there twice.");
            return;
        }

        _seen |= 1 << key;
        _json.Read();
        ReadValue(EventRecordKeys.InOrder[key].Value);
    }

    private void ReadValue(string key)
    {
        switch (key)
        {
            case "v": ReadNumber(key, EventRecord.Version, EventRecord.Version); break;
            case "site": _site = ReadText(key); break;
            case "zone": _zone = ReadText(key); break;
            case "start": Require(WindowStart.TryParse(ReadText(key), out _start), "'start' is not of the form 2026-11-22T09:00:00Z."); break;
            case "seconds": _seconds = ReadNumber(key, 1, EventRecord.SecondsMax); break;
            case "status": Require(WireNames.TryStatus(ReadText(key), out _status), "'status' is not ok, low, lost or off."); break;
            case "coverage": _coverage = ReadNumber(key, 0, 10); break;
            case "passages": _passages = ReadNumber(key, 0, EventRecord.CountMax); break;
            case "counts": ReadCounts(); break;
            case "profile": Require(WireNames.TryProfile(ReadText(key), out _profile), "'profile' is not standard, strict or demo."); break;
            case "policy": _policy = ReadText(key); break;
            case "calibration": _calibration = ReadText(key); break;
            case "sequence": _sequence = ReadNumber(key, 0, uint.MaxValue); break;
            case "pad": Require(!ReadText(key).AsSpan().ContainsAnyExcept('0'), "'pad' holds something other than zeros."); break;
        }
    }

    private void ReadCounts()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            Refuse("'counts' is not an object.");
            return;
        }

        while (_fault is null && _json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var behaviour = EventRecordRules.ScoredBehaviour(ref _json);
            if (behaviour is null)
            {
                Refuse("'counts' has a key that is no scored behaviour.");
                return;
            }

            _json.Read();
            _counts.Add(new BehaviourCount(behaviour, ReadNumber(behaviour, -EventRecord.CountMax, EventRecord.CountMax)));
        }
    }

    private int KeyIndex()
    {
        // An escaped key would be a second way to write the same record.
        if (_json.ValueIsEscaped)
            return -1;

        // Any order is taken; nearly always it is that of the writer.
        for (var step = 0; step < EventRecordKeys.InOrder.Length; step++)
        {
            var i = (_expected + step) % EventRecordKeys.InOrder.Length;
            if (!_json.ValueTextEquals(EventRecordKeys.InOrder[i].EncodedUtf8Bytes))
                continue;
            _expected = i + 1;
            return i;
        }

        return -1;
    }

    private readonly string MissingKey()
    {
        for (var i = 0; i < EventRecordKeys.InOrder.Length; i++)
        {
            if ((_seen & (1 << i)) == 0)
                return EventRecordKeys.InOrder[i].Value;
        }

        return "";
    }

    private string ReadText(string key)
    {
        if (_json.TokenType == JsonTokenType.String && !_json.ValueIsEscaped)
            return _json.GetString()!;
        Refuse($"'{key}' is not a plain string.");
        return "";
    }

    private long ReadNumber(string key, long min, long max)
    {
        if (_json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var number) && number >= min && number <= max)
            return number;
        Refuse($"'{key}' is not a whole number from {min} to {max}.");
        return 0;
    }

    private void Require(bool holds, string fault)
    {
        if (!holds)
            Refuse(fault);
    }

    /// <summary>The first fault is the one that is told.</summary>
    private EventRecord? Refuse(string fault)
    {
        _fault ??= fault;
        return null;
    }
}
