using System.CommandLine;
using System.Security.Cryptography;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Commands.Refusal;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>What a body does that signs policies, on a machine of its own, without any store: <c>sink policy keygen</c> and <c>sign</c>.</summary>
internal static class PolicySigning
{
    /// <summary>Where the signature of a role over a policy's file lies.</summary>
    public static string FileOf(string policyPath, PolicyRole role) => $"{policyPath}.{PolicyTables.WordOf(role)}.sig";

    public static Command KeyGen()
    {
        var role = Role();
        var folder = new Option<string>("--out", "-o") { Description = "The folder to write into.", DefaultValueFactory = _ => "." };
        var command = new Command("keygen", """
            Makes the key of a body that signs policies. The private one stays with the body; the public one goes to every sink,
            into governance.keys.

            Examples:
              sink policy keygen --role council
              sink policy keygen --role civil_society --out /media/stick
            """) { role, folder };
        command.SetAction(parsed =>
        {
            var word = PolicyTables.WordOf(PolicySignature.RoleOf(parsed.GetRequiredValue(role))!.Value);
            var (secret, open) = (Path.Combine(parsed.GetValue(folder)!, $"{word}-key.pem"), Path.Combine(parsed.GetValue(folder)!, $"{word}-public.pem"));
            if (File.Exists(secret) || File.Exists(open))
                return Fail(parsed, $"{secret} or {open} is there already. A key that signs is not replaced by accident: move it away, or choose another folder with --out.");
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            try
            {
                KeyFile.WriteOnce(secret, key.ExportPkcs8PrivateKeyPem() + "\n", WholeFile.OwnerOnly);
                KeyFile.WriteOnce(open, key.ExportSubjectPublicKeyInfoPem() + "\n", WholeFile.ForAll);
            }
            catch (AuthorityException refused)
            {
                return Fail(parsed, refused.Message);
            }

            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine($"{secret} signs for {word}: keep it off any sink, with a copy in a safe.");
            output.WriteLine($"{open} is public. In sink.yaml: governance: {{keys: {{{word}: {Path.GetFileName(open)}}}}}");
            output.WriteLine($"Key: {Dsse.KeyId(key.ExportSubjectPublicKeyInfo())}");
            return 0;
        });
        return command;
    }

    public static Command Sign()
    {
        var file = new Argument<string>("file") { Description = "The policy's file, exactly as published." };
        var role = Role();
        var keyFile = new Option<string>("--key", "-k") { Description = "The private key that keygen made.", Required = true };
        var demo = new Option<bool>("--demo") { Description = "For a demonstration, which has no noise." };
        var command = new Command("sign", """
            Signs the exact bytes of a policy for a body and writes the signature beside it: FILE.ROLE.sig. Read the policy first, and what
            it changes: sink policy diff. A policy that nobody may sign, or that is not complete, is not signed.
            Example: sink policy sign p-2026.4.yaml --role council --key council-key.pem
            """) { file, role, keyFile, demo };
        command.SetAction(parsed =>
        {
            var (path, body, secret) = (parsed.GetRequiredValue(file), PolicySignature.RoleOf(parsed.GetRequiredValue(role))!.Value, parsed.GetRequiredValue(keyFile));
            if (PolicyDraft.ReadBytes(parsed, path) is not { } bytes)
                return 1;
            var (policy, faults) = PolicyReader.ParseForPublication(bytes, path, parsed.GetValue(demo));
            foreach (var fault in faults)
                parsed.InvocationConfiguration.Error.WriteLine(fault.ToString());
            if (policy is null)
                return 1;
            if (!File.Exists(secret))
                return Fail(parsed, $"--key: {secret} is not there. Make a key with: sink policy keygen --role {PolicyTables.WordOf(body)}");
            try
            {
                using var key = KeyFile.OpenOrMake(secret);
                var signature = PolicySignature.Make(policy, body, key);
                File.WriteAllText(FileOf(path, body), signature.ToFile());
                parsed.InvocationConfiguration.Output.WriteLine($"{FileOf(path, body)}: {signature.Policy}, sha256 {signature.Sha256}, signed by {signature.Role} with the key {signature.Keyid}");
                return 0;
            }
            catch (AuthorityException refused)
            {
                return Fail(parsed, refused.Message);
            }
        });
        return command;
    }

    private static Option<string> Role()
    {
        var role = new Option<string>("--role", "-r") { Description = "operator, council or civil_society.", Required = true };
        role.AcceptOnlyFromAmong([.. Enum.GetValues<PolicyRole>().Select(PolicyTables.WordOf)]);
        return role;
    }
}
