namespace Preble.Core.Text;

/// <summary>Refuses definitions that contradict themselves, before any table is built from them.</summary>
internal static class TokenizerValidation
{
    public static void Check(TokenizerDefinition definition)
    {
        var count = definition.Tokens.Count;
        Require(count > 0, "The tokeniser has no tokens.");
        foreach (var token in definition.SpecialTokens)
        {
            Require(token.Content.Length > 0, $"The added token {token.Id} has no name.");
            RequireId(token.Id, $"added token '{token.Content}'");
        }

        foreach (var id in definition.EndTokens)
        {
            RequireId(id, "end token");
        }

        RequireId(definition.BeginToken ?? 0, "begin token");
        RequireId(definition.UnknownToken ?? 0, "unknown token");
        Require(
            definition.MergeRanks is not { } ranks || (ranks.Count == definition.Merges.Count && ranks.All(rank => rank >= 0)),
            "The tokeniser's merges have not a rank each.");
        Require(
            !definition.AddBegin || definition.BeginToken is not null,
            "The tokeniser wants a begin token before prompts but names none.");

        void RequireId(int id, string what) =>
            Require(id >= 0 && id < count, $"The {what} has id {id}, which is outside of the {count} tokens of the vocabulary.");
    }

    private static void Require(bool condition, string sentence)
    {
        if (!condition)
        {
            throw new TokenizerException(sentence);
        }
    }
}
