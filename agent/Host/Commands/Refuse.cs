using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Host.Commands;

/// <summary>Ends a verb with what is wrong on standard error; the exit code is 1.</summary>
internal static class Refuse
{
    public static int With(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }

    public static int With(IReadOnlyList<ConfigFault> faults)
    {
        foreach (var fault in faults)
            Console.Error.WriteLine(fault);
        Console.Error.WriteLine($"{faults.Count} fault{(faults.Count == 1 ? "" : "s")}; nothing was started.");
        return 1;
    }
}
