namespace Preble.Tidy;

internal static class Found
{
    /// <summary>Fails with every finding on a line of its own.</summary>
    public static void Nothing(IEnumerable<string> findings)
    {
        var list = findings.ToList();
        Assert.True(list.Count == 0, Environment.NewLine + string.Join(Environment.NewLine, list));
    }
}
