using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Agent.Tests.Operation;

/// <summary>No secret is left in a text, in whatever form libraries write it; what is none stays.</summary>
public sealed class RedactorTests
{
    [Theory]
    [InlineData("rtsp://viewer:geheim@192.0.2.7/video refused", "rtsp://***@192.0.2.7/video refused")]
    [InlineData("rtsp://viewer:ge@heim/x@192.0.2.7/video", "rtsp://***@192.0.2.7/video")]
    [InlineData("mqtts://device@broker and http://a:geheim@b", "mqtts://***@broker and http://***@b")]
    [InlineData("[rtsp @ 0x55d5] http://192.0.2.7/snap?user=viewer&pwd=geheim&size=2", "[rtsp @ 0x55d5] http://192.0.2.7/snap?user=***&pwd=***&size=2")]
    [InlineData("broker: password: geheim, port: 8883", "broker: password: ***, port: 8883")]
    [InlineData("{\"Password\": \"ge heim\", \"port\": 1}", "{\"Password\": ***, \"port\": 1}")]
    [InlineData("client_secret=geheim", "client_secret=***")]
    [InlineData("Access-Token: geheim", "Access-Token: ***")]
    [InlineData("Authorization: Digest username=\"viewer\", response=\"6629fae4\"", "Authorization: ***")]
    [InlineData("proxy-authorization: Basic dmlld2VyOmdlaGVpbQ==\nHost: x", "proxy-authorization: ***\nHost: x")]
    [InlineData("sent Bearer eyJhbGciOiJFUzI1NiJ9.e30.x and waits", "sent Bearer *** and waits")]
    [InlineData("key -----BEGIN EC PRIVATE KEY-----\ngeheim\n-----END EC PRIVATE KEY----- of device", "key *** of device")]
    [InlineData("-----BEGIN PRIVATE KEY-----\ngeheim\nand no end", "***")]
    public void A_secret_is_taken_out(string text, string clean) => Assert.Equal(clean, Redactor.Clean(text));

    [Theory]
    [InlineData("Connected to the broker 127.0.0.1:8883 as device-1, 3 records to deliver")]
    [InlineData("The broker refuses this device: bad user name or password. Records are kept")]
    [InlineData("give its password from an environment variable; password: env:CAMERA_PASSWORD or file:/run/x")]
    [InlineData("where the camera wants them write ?user={user}&password={password} there")]
    [InlineData("Camera north became Blind: no frame: reconnecting: rtsp://192.0.2.7/video: Connection refused")]
    [InlineData("bypass=1 and compass: 12")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    public void What_is_no_secret_stays(string text) => Assert.Equal(text, Redactor.Clean(text));

    [Fact]
    public void What_was_revealed_is_hidden_in_every_form_and_wherever_it_stands()
    {
        const string variable = "SCE_TEST_REDACTED";
        Environment.SetEnvironmentVariable(variable, "tr0ub4dor&3's");

        var revealed = Secret.Parse($"env:{variable}", null).Reveal();

        Assert.Equal("(***) (***) ***!", Redactor.Clean($"({revealed}) ({Uri.EscapeDataString(revealed)}) tr0ub4dor%263%27s!"));
    }

    [Fact]
    public void Each_line_of_a_secret_file_is_hidden_and_a_short_secret_only_where_it_stands_alone()
    {
        Redactor.Learn("first-half\nsecond-half");
        Redactor.Learn("q7");

        Assert.Equal("*** then ***", Redactor.Clean("first-half then second-half"));
        Assert.Equal("pin *** of q70", Redactor.Clean("pin q7 of q70"));
    }
}
