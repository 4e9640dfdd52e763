using System.CommandLine;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Commands.Refusal;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink policy</c>: who says what is good, from the draft to the day on which it is in force.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", """
        Policies: draft, sign, publish, activate. A policy is in force with the signatures of two of operator, council and civil society, 14
        days after its publication at the earliest, for 12 months.

          sink policy new p-2026.4 --from current     a draft, to be edited
          sink policy lint p-2026.4.yaml              what is wrong, or missing
          sink policy publish p-2026.4.yaml           anyone can read it; the 14 days run
          sink policy sign p-2026.4.yaml --role council --key council-key.pem      on a machine of the council
          sink policy collect p-2026.4.yaml.council.sig
          sink policy activate p-2026.4
        """)
    {
        PolicyDraft.New(), PolicyDraft.Lint(), PolicyDraft.Diff(), PolicySigning.KeyGen(), PolicySigning.Sign(), Publish(), Collect(), Activate(), List(), Show(),
        PolicySimulate.Create(), PolicyCalibrate.Create(),
    };

    private static Command Publish()
    {
        var (file, config) = (new Argument<string>("file") { Description = "The policy's file." }, ConfigurationArgument.Create());
        var command = new Command("publish", """
            Publishes the exact bytes of a policy, with the signatures that lie beside it (FILE.ROLE.sig). What was published never changes.
            Example: sink policy publish p-2026.4.yaml --config sink.yaml
            """) { file, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var path = parsed.GetRequiredValue(file);
            var desk = PolicyDesk.Of(configuration, store, TimeProvider.System);
            if (PolicyDraft.ReadBytes(parsed, path) is not { } bytes)
                return 1;
            var (policy, faults) = desk.Publish(bytes, path, "operator");
            foreach (var fault in faults)
                parsed.InvocationConfiguration.Error.WriteLine(fault);
            if (policy is null)
                return 1;
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine($"{policy.Id} is published. sha256 {policy.Sha256}");
            output.WriteLine($"It can be in force from {policy.PublishedAt + PolicyTerms.Notice:yyyy-MM-dd HH:mm} UTC on, with {PolicyTerms.Quorum} signatures.");
            var beside = Enum.GetValues<PolicyRole>().Select(role => PolicySigning.FileOf(path, role)).Where(File.Exists).ToList();
            return beside.Sum(signature => Take(parsed, desk, signature)) == 0 ? 0 : 1;
        }));
        return command;
    }

    private static Command Collect()
    {
        var files = new Argument<string[]>("signatures") { Description = "Files that sink policy sign has made.", Arity = ArgumentArity.OneOrMore };
        var config = ConfigurationArgument.Create();
        var command = new Command("collect", """
            Takes signatures over a published policy, each checked against the public key of its body in governance.keys.
            Example: sink policy collect p-2026.4.yaml.council.sig p-2026.4.yaml.civil_society.sig
            """) { files, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var desk = PolicyDesk.Of(configuration, store, TimeProvider.System);
            return parsed.GetRequiredValue(files).Sum(file => Take(parsed, desk, file)) == 0 ? 0 : 1;
        }));
        return command;
    }

    private static Command Activate()
    {
        var id = new Argument<string>("id") { Description = "A published policy." };
        var on = new Option<DateOnly?>("--on") { Description = "From the beginning of this day (UTC) on; now without it.", HelpName = "yyyy-MM-dd" };
        var config = ConfigurationArgument.Create();
        var command = new Command("activate", """
            Decides from when a policy is in force; every running sink takes it at that moment. Refused with its reason: fewer than two
            signatures, earlier than 14 days after the publication, backdated, expired, changed bytes.

            Examples:
              sink policy activate p-2026.4
              sink policy activate p-2026.4 --on 2027-01-01
            """) { id, on, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            DateTimeOffset? starts = parsed.GetValue(on) is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null;
            var output = parsed.InvocationConfiguration.Output;
            if (configuration.Options.Profile == Contract.PrivacyProfile.Demo)
                output.WriteLine("THIS IS A DEMONSTRATION: no 14 days are waited for. In the field they are.");
            var (activation, fault) = PolicyDesk.Of(configuration, store, TimeProvider.System).Activate(parsed.GetRequiredValue(id), starts, "operator");
            if (activation is null)
                return Fail(parsed, fault);
            output.WriteLine($"{activation.Policy} is in force from {activation.Starts:yyyy-MM-dd HH:mm} UTC until {activation.Ends:yyyy-MM-dd HH:mm} UTC.");
            if (configuration.Options.Governance is null)
                output.WriteLine("The configuration has no governance: a running sink keeps to the file of its key policy.");
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var config = ConfigurationArgument.Create();
        var command = new Command("list", """
            Prints every published policy, the newest first, and which one is in force.
            Example: sink policy list --config sink.yaml
            """) { config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var (tables, desk, output) = (new PolicyTables(store.Database), PolicyDesk.Of(configuration, store, TimeProvider.System), parsed.InvocationConfiguration.Output);
            var standing = PolicyInForce.Of(configuration, store, TimeProvider.System);
            foreach (var refused in standing.Refused)
                parsed.InvocationConfiguration.Error.WriteLine(refused);
            output.WriteLine($"In force: {standing.File.Policy.Id}, {standing.Word}{(standing.Activation is { } activation ? $" until {activation.Ends:yyyy-MM-dd}" : "")}");
            foreach (var policy in tables.All())
                output.WriteLine($"{policy.Id}: published {policy.PublishedAt:yyyy-MM-dd}, signed by {Words(desk.SignersOf(policy))}");
            return 0;
        }));
        return command;
    }

    private static Command Show()
    {
        var (id, config) = (new Argument<string>("id") { Description = "A published policy." }, ConfigurationArgument.Create());
        var bytes = new Option<bool>("--bytes") { Description = "Writes its exact bytes and nothing else." };
        var command = new Command("show", """
            Prints what is known of a published policy, or its exact bytes.

            Examples:
              sink policy show p-2026.4
              sink policy show p-2026.4 --bytes > p-2026.4.yaml
            """) { id, bytes, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var tables = new PolicyTables(store.Database);
            if (tables.Find(parsed.GetRequiredValue(id)) is not { } policy)
                return Fail(parsed, "No such policy was published; sink policy list names those that were.");
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(bytes))
            {
                output.Write(System.Text.Encoding.UTF8.GetString(policy.Bytes.Span));
                return 0;
            }

            output.WriteLine($"{policy.Id}: published {policy.PublishedAt:yyyy-MM-dd HH:mm} UTC, sha256 {policy.Sha256}");
            foreach (var signature in tables.Signatures(policy.Id))
            {
                var holds = configuration.Keys.Signers(policy.Bytes.Span, [signature]).Count > 0;
                output.WriteLine($"  {PolicyTables.WordOf(signature.Role)}: taken {signature.TakenAt:yyyy-MM-dd}, key {signature.KeyId}{(holds ? "" : "; it does not hold under the keys of this configuration")}");
            }

            foreach (var activation in tables.Activations().Where(activation => activation.Policy == policy.Id))
                output.WriteLine($"  decided {activation.DecidedAt:yyyy-MM-dd}: in force from {activation.Starts:yyyy-MM-dd HH:mm} UTC until {activation.Ends:yyyy-MM-dd HH:mm} UTC at most");
            return 0;
        }));
        return command;
    }

    // How many did not hold: 0 or 1.
    private static int Take(ParseResult parsed, PolicyDesk desk, string path)
    {
        if (PolicyDraft.ReadBytes(parsed, path) is not { } bytes)
            return 1;
        if (PolicySignature.TryRead(bytes) is not { } signature)
            return Fail(parsed, $"{path}: this is no signature of a policy; sink policy sign makes one.");
        if (desk.Sign(signature) is { } fault)
            return Fail(parsed, $"{path}: {fault}");
        parsed.InvocationConfiguration.Output.WriteLine($"{signature.Policy} is signed by {signature.Role}.");
        return 0;
    }

    private static string Words(IReadOnlyList<PolicyRole> roles) => roles.Count == 0 ? "nobody" : string.Join(", ", roles.Select(PolicyTables.WordOf));
}
