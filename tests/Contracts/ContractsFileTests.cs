using Preble.Testing;

namespace Preble.Contracts;

/// <summary>What crosses the network is a promise: a change must be made on purpose, in the code and in <c>Contracts.txt</c>.</summary>
public sealed class ContractsFileTests
{
    private static string Path => System.IO.Path.Combine(RepositoryPaths.Root, "Grains.Interfaces", "Contracts.txt");

    [Fact]
    public void Every_grain_method_and_serialised_member_is_as_promised()
    {
        var found = ContractText.Of(typeof(ISchedulerGrain).Assembly);
        if (Environment.GetEnvironmentVariable("REWRITE") == "1")
        {
            File.WriteAllText(Path, found);
        }

        var promised = File.Exists(Path) ? File.ReadAllText(Path) : "";
        var changes = promised.Split('\n').Except(found.Split('\n')).Select(line => "- " + line)
            .Concat(found.Split('\n').Except(promised.Split('\n')).Select(line => "+ " + line));
        Assert.True(promised == found, $"Run with REWRITE=1 and read the difference:\n{string.Join('\n', changes)}");
    }

    [Fact]
    public void No_two_members_of_a_message_have_the_same_number()
    {
        foreach (var message in ContractText.Messages(typeof(ISchedulerGrain).Assembly))
        {
            var numbers = ContractText.Members(message).Select(member => member.Number).ToList();
            Assert.True(numbers.Count == numbers.Distinct().Count(), $"{message.Name} uses a number twice: {string.Join(", ", numbers)}");
            Assert.Equal(Enumerable.Range(0, numbers.Count).Select(number => (uint)number), numbers.Order());
        }
    }

    [Fact]
    public void Every_public_record_and_enum_of_the_contracts_can_be_serialised_under_an_alias()
    {
        var unnamed = typeof(ISchedulerGrain).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == "Preble" && !type.IsInterface)
            .Where(type => ContractText.Alias(type) is null || !type.IsDefined(typeof(Orleans.GenerateSerializerAttribute), false));
        Assert.Empty(unnamed);
    }
}
