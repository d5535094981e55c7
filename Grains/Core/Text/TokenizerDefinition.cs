namespace Preble.Core.Text;

/// <summary>Everything a model file says about its tokeniser, before any table is built. Call <see cref="CreateTokenizer"/>.</summary>
public sealed record TokenizerDefinition
{
    /// <summary>
    /// The vocabulary by id, in the file's own spelling (byte-mapped for byte-level vocabularies). An id without token has "".
    /// </summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>The merges, most important first.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>
    /// How important each merge is, 0 the most, where some are equally so and the leftmost goes first; else its place among them is.
    /// </summary>
    public IReadOnlyList<int>? MergeRanks { get; init; }

    public TokenizerAlgorithm Algorithm { get; init; } = TokenizerAlgorithm.ByteLevel;

    public TextNormalizer Normalizer { get; init; } = TextNormalizer.None;

    public PreTokenizerKind PreTokenizer { get; init; } = PreTokenizerKind.Gpt2;

    /// <summary>Tokens that are found in the text as they stand, before all else: special ones and the user-defined.</summary>
    public IReadOnlyList<AddedToken> SpecialTokens { get; init; } = [];

    /// <summary>The beginning-of-sequence token, if the model has one.</summary>
    public int? BeginToken { get; init; }

    /// <summary>Whether a raw prompt starts with <see cref="BeginToken"/>.</summary>
    public bool AddBegin { get; init; }

    /// <summary>Ids that end a generated sequence.</summary>
    public IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>A piece that is a token as a whole is that token, even where the merges would not build it (Llama 3).</summary>
    public bool IgnoreMerges { get; init; }

    public PrefixSpace PrefixSpace { get; init; }

    /// <summary>
    /// What a byte or character without token becomes; without it such ones vanish, which is usual in byte-level vocabularies.
    /// </summary>
    public int? UnknownToken { get; init; }

    /// <summary>Builds the tokeniser: up to a second for the largest vocabularies, so do it once and share it.</summary>
    /// <exception cref="TokenizerException">The definition contradicts itself.</exception>
    public ITokenizer CreateTokenizer() =>
        Algorithm == TokenizerAlgorithm.Metaspace ? new MetaspaceTokenizer(this) : new BytePairTokenizer(this);
}

/// <summary>A token that is recognised in the text by its name.</summary>
/// <param name="Special">Only recognised when the caller asks for it, and not part of decoded text.</param>
/// <param name="LeftStrip">Swallows white space before it.</param>
/// <param name="RightStrip">Swallows white space after it.</param>
/// <param name="SingleWord">Not recognised inside a word.</param>
/// <param name="Normalized">Searched in the normalised text, by its normalised name, instead of in the text as given.</param>
public sealed record AddedToken(
    int Id,
    string Content,
    bool Special = true,
    bool LeftStrip = false,
    bool RightStrip = false,
    bool SingleWord = false,
    bool Normalized = false);

/// <summary>What the symbols are that merges start from.</summary>
public enum TokenizerAlgorithm
{
    /// <summary>Bytes, spelled with GPT-2's 256 printable characters.</summary>
    ByteLevel = 0,

    /// <summary>Characters, with ▁ for the space and bytes for what has no token (SentencePiece's way, with explicit merges).</summary>
    Metaspace = 1,
}

/// <summary>Where a space goes before text that has none of its own there.</summary>
public enum PrefixSpace
{
    None = 0,

    /// <summary>
    /// Before each piece of text between added tokens (in byte-level vocabularies only before one that does not begin with a space).
    /// </summary>
    EveryPiece = 1,

    /// <summary>Before a text that begins neither with an added token nor with a space.</summary>
    TextStart = 2,
}

/// <summary>What happens to the text before it is cut into pieces.</summary>
public enum TextNormalizer
{
    None = 0,

    /// <summary>Unicode's canonical composition.</summary>
    Nfc = 1,
}
