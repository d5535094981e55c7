using System.Runtime.InteropServices;

namespace Preble.Core.Batching;

/// <summary>
/// One line of tokens being generated. A step makes the computed tokens (KV in the cache) catch up with the known ones (prompt and output so far);
/// prefill and decode are the two ends of that.
/// </summary>
public sealed class Sequence
{
    private readonly List<int> _tokens;
    private readonly List<int> _blocks = [];

    public Sequence(GenerateCommand command)
    {
        Command = command;
        PromptLength = command.Prompt.Length;
        _tokens = new List<int>(PromptLength + Math.Min(command.MaxOutputTokens, 256));
        _tokens.AddRange(command.Prompt);
    }

    public GenerateCommand Command { get; }

    public RequestId Id => Command.Request;

    public int PromptLength { get; }

    /// <summary>Prompt and output so far.</summary>
    public ReadOnlySpan<int> KnownTokens => CollectionsMarshal.AsSpan(_tokens);

    public int KnownCount => _tokens.Count;

    public int OutputCount => _tokens.Count - PromptLength;

    /// <summary>Leading known tokens whose KV is in the cache.</summary>
    public int ComputedCount { get; set; }

    /// <summary>The block table: block ids in order; block i holds the positions i · BlockSize and on.</summary>
    public ReadOnlySpan<int> Blocks => CollectionsMarshal.AsSpan(_blocks);
}
