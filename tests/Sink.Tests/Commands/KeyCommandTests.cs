using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Tests.Commands;

/// <summary>Keys and webhooks from the command line.</summary>
public sealed class KeyCommandTests
{
    private readonly CommandRun _run = new CommandRun().With("policy.yaml", CommandRun.PolicyText).With("sink.yaml", "policy: policy.yaml\n");

    [Fact]
    public void A_key_is_shown_once_counts_is_listed_without_itself_and_is_removed()
    {
        Assert.Equal(0, Invoke("key", "add", "works-office", "--scope", "operate", "--days", "90"));
        var key = _run.TakeOutput().Split('\n')[0];
        using (var store = new SqliteEventStore(Path.Combine(_run.Folder, "sink.db")))
            Assert.Equal("works-office", new KeyBook(store, TimeProvider.System).Find(key)?.Id);

        Assert.Equal(1, Invoke("key", "add", "works-office"));
        Assert.Contains("There is a key works-office already", _run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, Invoke("key", "list"));
        var listed = _run.TakeOutput();
        Assert.StartsWith("works-office: key, operate, since ", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Split('_')[2], listed + File.ReadAllText(Path.Combine(_run.Folder, "sink.db"), System.Text.Encoding.Latin1), StringComparison.Ordinal);
        Assert.Equal(0, Invoke("key", "remove", "works-office"));
        Assert.Equal(1, Invoke("key", "remove", "works-office"));
    }

    [Theory]
    [InlineData("key", "add", "No Name")]
    [InlineData("key", "add", "council", "--certificate", "nowhere.pem")]
    [InlineData("webhook", "add", "office", "http://hooks.example/sce")]
    [InlineData("webhook", "add", "office", "hooks.example")]
    [InlineData("webhook", "remove", "office")]
    public void What_is_no_good_is_refused_with_what_to_do(params string[] arguments)
    {
        Assert.Equal(1, Invoke(arguments));
        Assert.NotEqual("", _run.Errors);
        Assert.Equal("", _run.Output);
    }

    [Fact]
    public void A_webhook_is_added_with_a_secret_that_is_shown_once_and_listed_with_what_waits()
    {
        Assert.Equal(0, Invoke("webhook", "add", "office", "https://hooks.example/sce"));
        var secret = _run.TakeOutput().Split('\n')[0];
        Assert.Equal(32, Convert.FromBase64String(secret[WebhookSending.SecretPrefix.Length..]).Length);
        Assert.Equal(0, Invoke("webhook", "list"));
        Assert.Equal("office: https://hooks.example/sce, 0 waiting\n", _run.TakeOutput());
        Assert.Equal(0, Invoke("webhook", "remove", "office"));
    }

    private int Invoke(params string[] arguments) => _run.Invoke([.. arguments, "--config", "sink.yaml"]);
}
