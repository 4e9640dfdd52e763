using System.Text;
using CsCheck;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Contract;

public sealed class HostilePayloadTests
{
    private static readonly byte[] Valid = EventRecordJson.Encode(Records.Example, 512);

    [Theory]
    [InlineData("\"v\":1", "\"v\":2", "'v' is not a whole number from 1 to 1.")]
    [InlineData("\"v\":1", "\"v\":1.0", "'v' is not a whole number from 1 to 1.")]
    [InlineData("\"v\":1", "\"v\":\"1\"", "'v' is not a whole number from 1 to 1.")]
    [InlineData("\"v\":1,", "", "'v' is missing.")]
    [InlineData(",\"pad\":\"00000\"", "", "'pad' is missing.")]
    [InlineData("\"v\":1", "\"v\":1,\"v\":1", "'v' stands there twice.")]
    [InlineData("\"v\":1", "\"v\":1,\"track\":7", "there is a key that the schema does not know.")]
    [InlineData("\"site\"", "\"s\\u0069te\"", "there is a key that the schema does not know.")]
    [InlineData("\"site\"", "\"Site\"", "there is a key that the schema does not know.")]
    [InlineData("plaza-7", "Plaza 7", "'site' is not of the form [a-z0-9-]{3,32}.")]
    [InlineData("plaza-7", "p7", "'site' is not of the form [a-z0-9-]{3,32}.")]
    [InlineData("plaza-7", "plaza-777777777777777777777777777", "'site' is not of the form [a-z0-9-]{3,32}.")]
    [InlineData("plaza-7", "pl\\u0061za-7", "'site' is not a plain string.")]
    [InlineData("\"plaza-7\"", "null", "'site' is not a plain string.")]
    [InlineData("crossing-north", "crossing_north", "'zone' is not of the form [a-z0-9-]{3,32}.")]
    [InlineData("crossing-north", "../../etc", "'zone' is not of the form [a-z0-9-]{3,32}.")]
    [InlineData("09:00:00Z", "09:00:01Z", "'start' is not a whole multiple of 'seconds' since 1970, in UTC.")]
    [InlineData("09:00:00Z", "09:00:00.5Z", "'start' is not of the form 2026-11-22T09:00:00Z.")]
    [InlineData("09:00:00Z", "10:00:00+01:00", "'start' is not of the form 2026-11-22T09:00:00Z.")]
    [InlineData("2026-11-22T", "2026-02-30T", "'start' is not of the form 2026-11-22T09:00:00Z.")]
    [InlineData("2026-11-22T", "1969-11-22T", "'start' is not a whole multiple of 'seconds' since 1970, in UTC.")]
    [InlineData("2026-11-22T09", "9999-12-31T23", "'start' is so late that the window has no end.")]
    [InlineData(":3600", ":900", "'seconds' is not a length that the profile permits (standard: 3600 or 21600).")]
    [InlineData(":3600", ":0", "'seconds' is not a whole number from 1 to 86400.")]
    [InlineData("standard", "strict", "'seconds' is not a length that the profile permits (strict: 86400).")]
    [InlineData("standard", "none", "'profile' is not standard, strict or demo.")]
    [InlineData("\"ok\"", "\"OK\"", "'status' is not ok, low, lost or off.")]
    [InlineData("\"ok\"", "0", "'status' is not a plain string.")]
    [InlineData("\"ok\"", "\"low\"", "'passages' must be 0 unless 'status' is ok.")]
    [InlineData("\"coverage\":9", "\"coverage\":11", "'coverage' is not a whole number from 0 to 10.")]
    [InlineData("\"coverage\":9", "\"coverage\":-1", "'coverage' is not a whole number from 0 to 10.")]
    [InlineData(":214", ":-1", "'passages' is not a whole number from 0 to 999999999.")]
    [InlineData(":214", ":2.5", "'passages' is not a whole number from 0 to 999999999.")]
    [InlineData(":214", ":2e2", "'passages' is not a whole number from 0 to 999999999.")]
    [InlineData(":214", ":1000000000", "'passages' is not a whole number from 0 to 999999999.")]
    [InlineData(":214", ":99999999999999999999999999", "'passages' is not a whole number from 0 to 999999999.")]
    [InlineData(":214", ":true", "'passages' is not a whole number from 0 to 999999999.")]
    [InlineData("wrong_way", "sleeping", "'counts' has a key that is no scored behaviour.")]
    [InlineData("wrong_way", "dwell", "'counts' has a key that is no scored behaviour.")]
    [InlineData("wrong_way", "passage", "'counts' has a key that is no scored behaviour.")]
    [InlineData("wrong_way", "red_crossing", "'counts' has 'red_crossing' twice.")]
    [InlineData("\"wrong_way\":-1", "\"wrong_way\":-1000000000", "'wrong_way' is not a whole number from -999999999 to 999999999.")]
    [InlineData("\"wrong_way\":-1", "\"wrong_way\":[1]", null)]
    [InlineData("\"wrong_way\":-1", "\"wrong_way\":\"-1\"", "'wrong_way' is not a whole number from -999999999 to 999999999.")]
    [InlineData("{\"red_crossing\":3,\"waited_on_red\":41,\"wrong_way\":-1}", "[]", "'counts' is not an object.")]
    [InlineData("{\"red_crossing\":3,\"waited_on_red\":41,\"wrong_way\":-1}", "3", "'counts' is not an object.")]
    [InlineData("p-2026.3", "", "'policy' is not of the form [a-z0-9.-]{1,32}.")]
    [InlineData("c-17", "by hand", "'calibration' is not of the form [a-z0-9.-]{1,32}.")]
    [InlineData(":4711", ":4294967296", "'sequence' is not a whole number from 0 to 4294967295.")]
    [InlineData(":4711", ":-1", "'sequence' is not a whole number from 0 to 4294967295.")]
    [InlineData("00000", "00001", "'pad' holds something other than zeros.")]
    [InlineData("\"00000\"}", "\"00000\"} ", "something follows the record.")]
    [InlineData("\"00000\"}", "\"00000\"}{}", "something follows the record.")]
    [InlineData("\"00000\"}", "\"00000\",}", null)]
    [InlineData("\"00000\"}", "\"00000\"", null)]
    [InlineData("\"00000\"}", "\"00000\"/**/}", null)]
    public void A_payload_outside_of_the_schema_is_refused_with_its_reason(string part, string instead, string? reason)
    {
        Assert.Contains(part, Records.ExampleJson, StringComparison.Ordinal);

        var decoded = EventRecordJson.TryDecode(Bytes(Records.ExampleJson.Replace(part, instead, StringComparison.Ordinal)), out var record, out var told);

        Assert.False(decoded);
        Assert.Null(record);
        if (reason is null)
            Assert.StartsWith("the payload is not a JSON object of a record (byte ", told, StringComparison.Ordinal);
        else
            Assert.Equal(reason, told);
    }

    [Fact]
    public void The_valid_payload_of_these_tests_is_valid() =>
        Assert.True(EventRecordJson.TryDecode(Bytes(Records.ExampleJson), out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"record\"")]
    public void What_is_no_object_is_refused(string payload)
    {
        Assert.False(EventRecordJson.TryDecode(Bytes(payload), out _, out var reason));
        Assert.StartsWith("the payload is not a JSON object", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_refused()
    {
        var deep = Records.ExampleJson.Replace("\"v\":1", $"\"v\":{new string('[', 1000)}{new string(']', 1000)}", StringComparison.Ordinal);

        Assert.False(EventRecordJson.TryDecode(Bytes(deep), out _, out _));
    }

    [Fact]
    public void More_than_four_kilobytes_are_refused_unread()
    {
        Assert.False(EventRecordJson.TryDecode(new byte[4097], out _, out var reason));
        Assert.Equal("the payload is longer than 4096 bytes.", reason);
    }

    [Fact]
    public void A_byte_order_mark_is_refused()
    {
        Assert.False(EventRecordJson.TryDecode([0xEF, 0xBB, 0xBF, .. Bytes(Records.ExampleJson)], out _, out var reason));
        Assert.StartsWith("the payload is not a JSON object", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_UTF_8_is_refused()
    {
        var bytes = Bytes(Records.ExampleJson);
        bytes[20] = 0xC0;

        Assert.False(EventRecordJson.TryDecode(bytes, out _, out var reason));
        Assert.Equal("the payload is not valid UTF-8.", reason);
    }

    [Fact]
    public void No_bytes_at_all_make_it_throw() => Gen.Byte.Array[0, 300].Sample(Judge);

    [Fact]
    public void No_change_to_a_valid_payload_makes_it_throw_or_lets_a_broken_record_through()
    {
        var gen = Gen.Select(Gen.Int[0, 3], Gen.Int[0, Valid.Length - 1], Gen.Int[0, 60], Gen.Byte)
            .Array[1, 4].Select(edits => edits.Aggregate(Valid, (bytes, edit) => Change(bytes, edit)));

        gen.Sample(Judge, iter: 20_000);
    }

    [Fact]
    public void No_mixture_of_json_parts_makes_it_throw()
    {
        string[] parts = ["{", "}", "[", "]", ":", ",", "\"", "\\u0000", "\\", "1e999", "-0", "null", "\"counts\"", "\"v\":1", "\"pad\":\"0\"", "//", "\ud83d\ude00", " "];

        Gen.Int[0, parts.Length - 1].Array[0, 30].Select(picks => Bytes("{" + string.Concat(picks.Select(i => parts[i])))).Sample(Judge, iter: 10_000);
    }

    private static void Judge(byte[] payload)
    {
        var decoded = EventRecordJson.TryDecode(payload, out var record, out var reason);

        Assert.Equal(decoded, record is not null);
        Assert.Equal(decoded, reason.Length == 0);
        if (record is not null)
            Assert.True(EventRecordJson.TryDecode(EventRecordJson.Encode(record, EventRecordJson.BytesMax), out var again, out _) && again == record);
    }

    private static byte[] Change(byte[] bytes, (int Kind, int At, int Length, byte Value) edit)
    {
        var at = Math.Min(edit.At, bytes.Length);
        var end = Math.Min(at + edit.Length, bytes.Length);
        return edit.Kind switch
        {
            0 => [.. bytes[..at], edit.Value, .. bytes[Math.Min(at + 1, bytes.Length)..]],
            1 => [.. bytes[..at], .. bytes[end..]],
            2 => [.. bytes[..end], .. bytes[at..]],
            _ => [.. bytes[..at], edit.Value, .. bytes[at..]],
        };
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
