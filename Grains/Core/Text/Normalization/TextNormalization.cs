namespace Preble.Core.Text;

/// <summary>What a tokeniser does to text before anything else looks at it.</summary>
internal sealed class TextNormalization(TokenizerDefinition definition)
{
    /// <summary>SentencePiece's visible space.</summary>
    public const char Metaspace = '▁';

    public ReadOnlySpan<char> Apply(ReadOnlySpan<char> text)
    {
        if (definition.Normalizer == TextNormalizer.Nfc)
        {
            text = CanonicalComposition.Compose(text);
        }

        if (definition.Algorithm != TokenizerAlgorithm.Metaspace || text.IsEmpty)
        {
            return text;
        }

        var spaced = text.ToString().Replace(' ', Metaspace);
        return definition.AddPrefixSpace ? Metaspace + spaced : spaced;
    }
}
