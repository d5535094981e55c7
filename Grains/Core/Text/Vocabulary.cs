namespace Preble.Core.Text;

/// <summary>Looks up tokens by spelling.</summary>
internal static class Vocabulary
{
    /// <summary>Ids by spelling; of tokens spelled alike the first counts, and an empty spelling is no token.</summary>
    public static Dictionary<string, int> IdsBySpelling(IReadOnlyList<string> tokens)
    {
        var ids = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Count; id++)
        {
            if (tokens[id].Length > 0)
            {
                ids.TryAdd(tokens[id], id);
            }
        }

        return ids;
    }
}
