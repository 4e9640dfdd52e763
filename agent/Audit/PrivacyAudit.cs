using SocialCredit.Edge.Audit.Plots;

namespace SocialCredit.Edge.Audit;

/// <summary>
/// Runs every attack on the device, then on every mutant. Attacks and mutants are found in this assembly, so adding one is adding a
/// file.
/// </summary>
public static class PrivacyAudit
{
    /// <param name="isFull">The nightly sizes, minutes instead of seconds.</param>
    /// <param name="seed">The same chance at every run; the operating system's if left out, as a device has it.</param>
    /// <param name="says">Told what is going on.</param>
    /// <exception cref="IOException">The temporary folder cannot be used.</exception>
    public static AuditReport Run(bool isFull, int? seed, Action<string> says)
    {
        var chance = new Chance(seed);
        var attacks = All<IAttack>(type => Activator.CreateInstance(type)!).OrderBy(attack => attack.Name, StringComparer.Ordinal);
        var mutants = All<Device>(type => Activator.CreateInstance(type, chance.InBlocks(type.Name))!);
        var reports = new List<AttackReport>();
        var caught = mutants.ToDictionary(mutant => mutant.Name, _ => new List<CaughtBy>());
        foreach (var attack in attacks)
        {
            says($"{attack.Name}: the device");
            var noise = attack.IsOfChance ? chance.AsInTheField($"device {attack.Name}") : chance.InBlocks($"device {attack.Name}");
            var found = attack.Run(new Device(noise), chance.InBlocks(attack.Name), isFull ? Effort.Full : Effort.Usual);
            var curves = new List<Curve>();
            foreach (var mutant in mutants)
            {
                says($"{attack.Name}: {mutant.Name}");
                var broken = attack.Run(mutant, chance.InBlocks($"{mutant.Name} {attack.Name}"), Effort.Mutant);
                if (broken.Figures.FirstOrDefault(figure => figure.IsCaught) is not { } figure)
                    continue;
                caught[mutant.Name].Add(new CaughtBy(attack.Name, figure));
                curves.Add(broken.Plot.Curves[0] with { Name = mutant.Name });
            }

            reports.Add(new AttackReport(attack.Name, attack.Knows, found.Figures, found.Says, PlotPicture.Draw(found.Plot, curves)));
        }

        return new AuditReport(isFull, reports, [.. mutants.Select(mutant => new MutantReport(mutant.Name, caught[mutant.Name]))]);
    }

    /// <summary>Of every class of this assembly that is one, in the order of their names; of devices only those that derive from it.</summary>
    private static List<T> All<T>(Func<Type, object> make) =>
        [.. typeof(PrivacyAudit).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type != typeof(T) && type.IsAssignableTo(typeof(T)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (T)make(type))];
}
