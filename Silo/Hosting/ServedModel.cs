using Preble.Core.Text;

namespace Preble.Hosting;

/// <summary>What the API must know of the model it serves: how text becomes tokens, and how much of it fits. Immutable; shared by all threads.</summary>
public sealed record ServedModel
{
    public required ModelId Id { get; init; }

    public required ITokenizer Tokenizer { get; init; }

    /// <summary>The model's own chat template; null when it has none, then there is no chat.</summary>
    public IChatTemplate? Template { get; init; }

    /// <summary>The name of the begin token, which templates may ask for.</summary>
    public string? BeginText { get; init; }

    /// <summary>The name of the end token, which templates may ask for.</summary>
    public string? EndText { get; init; }

    /// <summary>Names of control tokens: in a user's text they are only text.</summary>
    public IReadOnlyList<string> SpecialNames { get; init; } = [];

    /// <summary>The longest prompt plus output that a worker takes: what the model can address and a worker's cache can hold.</summary>
    public required int ContextTokens { get; init; }

    /// <summary>Tokens a block.</summary>
    public required int BlockSize { get; init; }

    /// <summary>One line for people: name, size, memory, kernels.</summary>
    public string Description { get; init; } = "";

    public IReadOnlyList<WorkerId> Workers { get; init; } = [];
}
