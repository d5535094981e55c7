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
        return definition.PrefixSpace == PrefixSpace.EveryPiece ? Metaspace + spaced : spaced;
    }

    /// <summary>What is done besides to the plain text that a whole text begins with, once it is normalised.</summary>
    public ReadOnlySpan<char> ApplyToStart(ReadOnlySpan<char> text)
        => definition.PrefixSpace == PrefixSpace.TextStart && !text.IsEmpty && text[0] != Metaspace ? string.Concat([Metaspace], text) : text;
}
