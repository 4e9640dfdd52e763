using PublicApiGenerator;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Architecture.Tests;

/// <summary>What crosses the boundary changes only by a change of the approved file, which a reviewer sees.</summary>
public sealed class ContractApprovalTests
{
    [Fact]
    public void The_contract_is_the_approved_one()
    {
        var approvedPath = Path.Combine(TestPaths.Root, "contract", "Contract.approved.txt");
        var actual = typeof(Contract.EventRecord).Assembly
            .GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("APPROVE") == "1")
            File.WriteAllText(approvedPath, actual);

        Assert.Equal(File.ReadAllText(approvedPath), actual);
    }
}
