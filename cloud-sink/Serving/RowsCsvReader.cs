using System.Globalization;
using CsvHelper;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>Reads the public rows and names every fault as <c>file:line: column: what</c>.</summary>
internal sealed class RowsCsvReader : IDisposable
{
    /// <summary>After so many faults the rest is not read: it is the wrong file.</summary>
    private const int FaultsMax = 50;

    private const int FaultLengthMax = 200;

    private const int RecordBytesMax = 64 * 1024;

    private const long CountMax = 1_000_000_000_000;

    /// <summary>One a second, in the demo profile.</summary>
    private const long WindowsMax = 86_400;

    private static readonly DateOnly Earliest = new(2000, 1, 1), Latest = new(2199, 12, 31);

    private readonly string _file;
    private readonly CsvReader _csv;
    private readonly List<string> _faults = [];
    private readonly Dictionary<string, int> _columns = [];
    private readonly List<string> _behaviours = [];
    private readonly Dictionary<(string Zone, DateOnly Date), long> _lines = [];
    private readonly SortedDictionary<string, List<DayRow>> _zones = new(StringComparer.Ordinal);
    private string _zone = "";

    private RowsCsvReader(string file, TextReader text)
    {
        _file = file;
        _csv = CsvReader.Create(text, new CsvReaderOptions
        {
            Separator = ',',
            TrimWhitespace = true,
            AllowLineBreaksInQuotes = false,
            TrackLineNumbers = true,
            MaxRecordSize = RecordBytesMax,
            OnMalformedRecord = record => Fault("", "a quotation mark stands where none belongs", record.LineNumber),
        }, leaveOpen: true);
    }

    /// <summary>The days of each zone, by name; empty where there are faults.</summary>
    public static RowsFile Read(string path)
    {
        try
        {
            using var text = new StreamReader(path);
            return Read(path, text);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return RowsFile.Refused([$"{path}: cannot be read: {broken.Message}"]);
        }
    }

    /// <summary>The same for text at hand; <paramref name="file"/> is what faults name.</summary>
    public static RowsFile Read(string file, TextReader text)
    {
        using var reader = new RowsCsvReader(file, text);
        reader.ReadAll();
        return reader._faults.Count > 0
            ? RowsFile.Refused(reader._faults)
            : new RowsFile(reader._zones, reader._behaviours, []);
    }

    /// <summary>
    /// Zone by zone as they stand in the file, which must be in the order of their names' bytes: a file of any size takes the room of one zone. Ends at a
    /// fault; what came before it is good.
    /// </summary>
    /// <param name="file">What faults name.</param>
    /// <param name="text">Read as far as zones are asked for.</param>
    /// <param name="faults">Where faults are added.</param>
    public static IEnumerable<(string Zone, List<DayRow> Rows)> ReadByZone(string file, TextReader text, List<string> faults)
    {
        using var reader = new RowsCsvReader(file, text);
        var isMore = reader.TryReadHeader();
        while (isMore)
        {
            isMore = reader.TryReadRow() && reader._faults.Count == 0;
            if (reader._faults.Count == 0 && reader._zones.Count > 1 && reader.TakeFirst() is { } whole)
                yield return whole;
        }

        faults.AddRange(reader._faults);
        if (reader._faults.Count == 0 && reader._zones.Count > 0)
            yield return (reader._zones.First().Key, reader._zones.First().Value);
    }

    private void ReadAll()
    {
        var isMore = TryReadHeader();
        while (isMore && _faults.Count < FaultsMax)
            isMore = TryReadRow();
    }

    private bool TryReadHeader()
    {
        try
        {
            _csv.ReadHeader();
            if (_csv.Headers.Count == 0)
                Fault("", $"the file is empty; its first line is {string.Join(',', RowsCsv.FixedColumns)} and the behaviours", 1);
            else
                ReadHeader(_csv.Headers);
        }
        catch (CsvFormatException broken)
        {
            Fault("", broken.Message, broken.LineNumber);
        }

        return _faults.Count == 0;
    }

    private bool TryReadRow()
    {
        try
        {
            if (!_csv.Read())
                return false;
            ReadRow();
            return true;
        }
        catch (CsvFormatException broken)
        {
            Fault("", broken.Message, broken.LineNumber);
            return false;
        }
    }

    /// <summary>The zone before the one that was just begun; null, and a fault, where that one comes before it by name.</summary>
    private (string, List<DayRow>)? TakeFirst()
    {
        var (first, second) = (_zones.First(), _zones.Last());
        if (_zone != second.Key)
        {
            Fault("zone", $"{first.Key} stands after {second.Key}; zones come in the order of their names, each with all its days");
            return null;
        }

        _zones.Remove(first.Key);
        var begun = _lines[(second.Key, second.Value[0].Date)];
        _lines.Clear();
        _lines.Add((second.Key, second.Value[0].Date), begun);
        return (first.Key, first.Value);
    }

    private void ReadHeader(IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (!_columns.TryAdd(names[i], i))
                Fault(names[i], "the column stands there twice", 1);
            else if (RowsCsv.FixedColumns.Contains(names[i]))
                continue;
            else if (Behaviours.Find(names[i]) is { Sign: not (BehaviourSign.Exposure or BehaviourSign.Local) })
                _behaviours.Add(names[i]);
            else
                Fault(names[i], "no such column and no such behaviour", 1);
        }

        foreach (var missing in RowsCsv.FixedColumns.Where(name => !_columns.ContainsKey(name)))
            Fault(missing, "the column is missing; values are separated by commas", 1);
    }

    private void ReadRow()
    {
        var faultsBefore = _faults.Count;
        if (_csv.FieldCount != _columns.Count)
        {
            Fault("", $"{_csv.FieldCount} values where the first line has {_columns.Count} columns");
            return;
        }

        var (zone, day) = (Cell("zone"), Cell("date"));
        if (!Names.IsValid(zone))
            Fault("zone", $"\"{zone}\" is no name of a zone: 3 to 32 of a-z, 0-9 and -");
        var dated = DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        if (!dated || date < Earliest || date > Latest)
            Fault("date", $"\"{day}\" is no day between {Earliest:yyyy-MM-dd} and {Latest:yyyy-MM-dd}");
        var windows = Number("windows", 0, WindowsMax);
        var released = Number("released", 0, WindowsMax);
        var passages = Number("passages", 0, CountMax);
        var counts = new Dictionary<string, long>();
        foreach (var behaviour in _behaviours.Where(name => Cell(name).Length > 0))
            counts[behaviour] = Number(behaviour, -CountMax, CountMax);
        if (_faults.Count == faultsBefore)
            Add(zone, new DayRow(date, (int)windows, (int)released, passages, counts));
    }

    private void Add(string zone, DayRow row)
    {
        if (row.Released > row.Windows)
            Fault("released", $"{row.Released} of {row.Windows} windows cannot have been released");
        if (row.Released == 0 && row.Passages != 0)
            Fault("passages", $"{row.Passages} without a released window");
        foreach (var (behaviour, count) in row.Counts.Where(pair => row.Released == 0 && pair.Value != 0))
            Fault(behaviour, $"{count} without a released window");
        if (!_lines.TryAdd((zone, row.Date), _csv.LineNumber))
            Fault("date", $"{zone} has this day in line {_lines[(zone, row.Date)]} already");
        if (!_zones.TryGetValue(zone, out var days))
            _zones.Add(zone, days = []);
        _zone = zone;
        days.Add(row);
    }

    private string Cell(string column) => _csv.GetString(_columns[column]);

    private long Number(string column, long least, long most)
    {
        var text = Cell(column);
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            Fault(column, $"\"{text}\" is no whole number");
        else if (number < least || number > most)
            Fault(column, $"{number} is not between {least} and {most}");
        return number;
    }

    private void Fault(string column, string what) => Fault(column, what, _csv.LineNumber);

    private void Fault(string column, string what, long line)
    {
        // A file of anybody's must be able neither to speak to a terminal nor to fill it.
        var told = $"{(column.Length > 0 ? column + ": " : "")}{what}";
        told = told.Length > FaultLengthMax ? told[..FaultLengthMax] + "..." : told;
        _faults.Add($"{_file}:{line}: {string.Concat(told.Select(c => char.IsControl(c) ? '?' : c))}");
    }

    public void Dispose() => _csv.Dispose();
}

/// <summary>What stood in a file of rows.</summary>
/// <param name="Zones">The days of each zone, in the order of the file; zones by name.</param>
/// <param name="Behaviours">The columns of behaviours.</param>
/// <param name="Faults">Every fault; with any of them the rest is empty.</param>
internal sealed record RowsFile(
    SortedDictionary<string, List<DayRow>> Zones, IReadOnlyList<string> Behaviours, IReadOnlyList<string> Faults)
{
    public static RowsFile Refused(IReadOnlyList<string> faults) => new([], [], faults);
}
