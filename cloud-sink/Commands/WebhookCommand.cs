using System.CommandLine;
using System.Security.Cryptography;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Commands.Refusal;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink webhook</c>: who is told when a zone's grade changes.</summary>
internal static class WebhookCommand
{
    public static Command Create() =>
        new("webhook", "Who is told when a zone's grade changes. A running sink sees a change within half a minute.") { Add(), List(), Remove() };

    private static Argument<string> Name() => new("name") { Description = "What it is called, [a-z0-9-]." };

    private static Command Add()
    {
        var (name, config) = (Name(), ConfigurationArgument.Create());
        var url = new Argument<string>("url") { Description = "Where it listens: https://..., or http:// on this machine." };
        var isPrivate = new Option<bool>("--private") { Description = "Its host may have an address of a private network (10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7)." };
        var command = new Command("add", """
            Adds a receiver and prints the secret with which messages to it are signed, once. Messages are as Standard Webhooks has them
            (https://www.standardwebhooks.com); what is not taken is sent again for three days. Redirections are not followed.

            Examples:
              sink webhook add traffic-office https://hooks.example/sce
              sink webhook add home https://homeassistant.home.arpa/api/webhook/sce --private
            """) { name, url, isPrivate, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            var id = parsed.GetRequiredValue(name);
            if (!Names.IsValid(id))
                return Fail(parsed, $"'{id}' is no name: [a-z0-9-], 3 to 32 characters.");
            if (!Uri.TryCreate(parsed.GetRequiredValue(url), UriKind.Absolute, out var address))
                return Fail(parsed, "url: it is no address of a web server; write https://...");
            if (WebhookDoor.FaultOf(address) is { } fault)
                return Fail(parsed, $"url: {fault}");
            var secret = WebhookSending.SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            if (!new WebhookTables(store.Database).Add(new Webhook(id, address, secret, parsed.GetValue(isPrivate)), TimeProvider.System.GetUtcNow()))
                return Fail(parsed, $"There is a webhook {id} already. To replace it: sink webhook remove {id}");
            parsed.InvocationConfiguration.Output.WriteLine(secret);
            parsed.InvocationConfiguration.Output.WriteLine($"{id} is told of changed grades from now on; the secret is not shown again.");
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var config = ConfigurationArgument.Create();
        var command = new Command("list", """
            Prints every receiver, how many messages wait for it, and what became of the last.
            Example: sink webhook list --config sink.yaml
            """) { config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            var tables = new WebhookTables(store.Database);
            foreach (var (hook, state) in tables.All().Zip(tables.States()))
            {
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"{hook.Id}: {hook.Url}{(hook.AllowsPrivate ? ", private network allowed" : "")}, {state.Waiting} waiting{(state.Outcome.Length > 0 ? $", last: {state.Outcome}" : "")}");
            }

            return 0;
        }));
        return command;
    }

    private static Command Remove()
    {
        var (name, config) = (Name(), ConfigurationArgument.Create());
        var command = new Command("remove", """
            From now on a receiver is told nothing, nor what still waits for it.
            Example: sink webhook remove traffic-office
            """) { name, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            var id = parsed.GetRequiredValue(name);
            if (!new WebhookTables(store.Database).Remove(id))
                return Fail(parsed, $"There is no webhook {id}: sink webhook list names those that there are.");
            parsed.InvocationConfiguration.Output.WriteLine($"{id} is told nothing any more.");
            return 0;
        }));
        return command;
    }
}
