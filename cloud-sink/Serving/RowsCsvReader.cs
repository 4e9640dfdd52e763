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

    private void ReadAll()
    {
        try
        {
            _csv.ReadHeader();
            if (_csv.Headers.Count == 0)
                Fault("", $"the file is empty; its first line is {string.Join(',', RowsCsv.FixedColumns)} and the behaviours", 1);
            else
                ReadHeader(_csv.Headers);
            if (_faults.Count > 0)
                return;
            while (_faults.Count < FaultsMax && _csv.Read())
                ReadRow();
        }
        catch (CsvFormatException broken)
        {
            Fault("", broken.Message, broken.LineNumber);
        }
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
