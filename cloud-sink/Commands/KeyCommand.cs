using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Commands.Refusal;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink key</c>: keys and certificates for machines that use the API.</summary>
internal static class KeyCommand
{
    private const int DaysMax = 3660;

    public static Command Create() =>
        new("key", "Keys for machines that use the API. A running sink sees a change within two seconds.") { Add(), List(), Remove() };

    private static Argument<string> Name() =>
        new("name") { Description = "What it is called, [a-z0-9-]: after a machine or a role, never after a person; it stands in the audit log." };

    private static Command Add()
    {
        var (name, config) = (Name(), ConfigurationArgument.Create());
        var scopes = new Option<string[]>("--scope")
        {
            Description = "What it may: read (an allowance of its own), operate (contests, devices, policies).",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [ApiKey.Read],
        };
        scopes.AcceptOnlyFromAmong(ApiKey.Read, ApiKey.Operate);
        var days = new Option<int>("--days") { Description = "How long it counts.", DefaultValueFactory = _ => 365 };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > DaysMax)
                result.AddError($"--days must be from 1 to {DaysMax}.");
        });
        var certificate = new Option<string?>("--certificate")
        {
            Description = "PEM file of a certificate of this sink's authority (sink authority certificate --client NAME): it counts in place of a key.",
        };
        var command = new Command("add", """
            Makes a key and prints it, once; the store has only a hash of it. Writing also needs http.operators in sink.yaml.

            Examples:
              sink key add dashboard --scope read
              sink key add works-office --scope read operate --days 90
              sink key add council --scope operate --certificate council.pem
            """) { name, scopes, days, certificate, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            var (id, now) = (parsed.GetRequiredValue(name), TimeProvider.System.GetUtcNow());
            if (!Names.IsValid(id))
                return Fail(parsed, $"'{id}' is no name: [a-z0-9-], 3 to 32 characters.");
            var (key, hash) = KeyBook.Make(id);
            if (parsed.GetValue(certificate) is { } file && (hash = HashOf(file)) is null)
                return Fail(parsed, $"{file}: there is no certificate in PEM form that can be read.");
            var kind = parsed.GetValue(certificate) is null ? ApiKeyKind.Secret : ApiKeyKind.Certificate;
            string[] granted = [.. parsed.GetValue(scopes)!.Distinct().Order(StringComparer.Ordinal)];
            var until = now.AddDays(parsed.GetValue(days));
            if (!new KeyTables(store.Database).Add(new ApiKey(id, kind, hash, granted, now, until)))
                return Fail(parsed, $"There is a key {id} already. To replace it: sink key remove {id}");
            var output = parsed.InvocationConfiguration.Output;
            if (kind == ApiKeyKind.Secret)
                output.WriteLine(key);
            output.WriteLine($"{id} may {string.Join(" and ", granted)} until {until:yyyy-MM-dd HH:mm} UTC{(kind == ApiKeyKind.Secret ? "; the key is not shown again." : ".")}");
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var config = ConfigurationArgument.Create();
        var command = new Command("list", """
            Prints every key: what it may and until when.
            Example: sink key list --config sink.yaml
            """) { config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            foreach (var key in new KeyTables(store.Database).All())
            {
                var isOver = key.ExpiresAt <= TimeProvider.System.GetUtcNow();
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"{key.Id}: {(key.Kind == ApiKeyKind.Secret ? "key" : "certificate")}, {string.Join(" and ", key.Scopes)}, since {key.AddedAt:yyyy-MM-dd}, {(isOver ? "expired" : "until")} {key.ExpiresAt:yyyy-MM-dd HH:mm} UTC");
            }

            return 0;
        }));
        return command;
    }

    private static Command Remove()
    {
        var (name, config) = (Name(), ConfigurationArgument.Create());
        var command = new Command("remove", """
            From now on a key does not count.
            Example: sink key remove works-office
            """) { name, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            var id = parsed.GetRequiredValue(name);
            if (!new KeyTables(store.Database).Remove(id, TimeProvider.System.GetUtcNow()))
                return Fail(parsed, $"There is no key {id}: sink key list names those that there are.");
            parsed.InvocationConfiguration.Output.WriteLine($"{id} does not count any more.");
            return 0;
        }));
        return command;
    }

    private static string? HashOf(string file)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
            return KeyBook.HashOf(certificate);
        }
        catch (Exception unusable) when (unusable is IOException or CryptographicException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
