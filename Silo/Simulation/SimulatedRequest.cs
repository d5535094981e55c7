using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Preble.Simulation;

/// <summary>Tokens that are the same wherever the id is the same: a system prompt, a document, what one request asks or was answered.</summary>
internal readonly record struct PromptSegment(ulong Id, int Tokens);

/// <summary>
/// One request: what the workload made it, and what has become of it. Its tokens follow from its segments' ids, so that prompts share blocks exactly as
/// far as they share segments.
/// </summary>
internal sealed class SimulatedRequest(int number, TimeSpan arrival, ImmutableArray<PromptSegment> segments, int outputTokens, int outputLimit)
{
    /// <summary>As many ids as Mistral's vocabulary has.</summary>
    private const int Vocabulary = 32_000;

    /// <summary>Never part of a prompt or an output: it ends the sequence.</summary>
    public const int StopToken = Vocabulary;

    public static ImmutableArray<int> StopTokens { get; } = [StopToken];

    public int Number => number;

    public RequestId Id { get; } = new($"r{number}");

    public TimeSpan Arrival => arrival;

    public ImmutableArray<PromptSegment> Segments => segments;

    /// <summary>How many tokens the model will sample, the stop token included; neither worker nor scheduler knows.</summary>
    public int OutputTokens => outputTokens;

    /// <summary>The limit that the client sets.</summary>
    public int OutputLimit => outputLimit;

    /// <summary>The line of requests that it belongs to; -1 for none. See <see cref="Workloads.Workload.After"/>.</summary>
    public int Session { get; init; } = -1;

    /// <summary>Which request of its session it is, from 0.</summary>
    public int Turn { get; init; }

    /// <summary>What it is answered, as a segment for the next turn: the stop token is no part of it.</summary>
    public PromptSegment Answer => new(AnswerId, outputTokens - 1);

    public int PromptTokens { get; } = Length(segments);

    /// <summary>The tokens of the prompt; null before it arrives and once it has ended.</summary>
    public ImmutableArray<int> Prompt { get; private set; }

    /// <summary>The hashes of the prompt's full blocks, from its placement on; made once for scheduler and worker.</summary>
    public ImmutableArray<BlockHash> Blocks { get; set; } = [];

    /// <summary>Tokens sampled so far.</summary>
    public int Sampled { get; set; }

    /// <summary>Where it was placed; -1 for nowhere yet.</summary>
    public int Worker { get; set; } = -1;

    /// <summary>Workers that failed it.</summary>
    public ImmutableArray<WorkerId> Excluded { get; set; } = [];

    public TimeSpan? FirstToken { get; set; }

    /// <summary>Prompt tokens found cached by the worker that first admitted it.</summary>
    public int CachedTokens { get; set; }

    public double QueueSeconds { get; set; }

    public bool Ended { get; set; }

    /// <summary>Tokens put out so far belong to the prompt when it goes on elsewhere.</summary>
    public int EarlierOutput { get; private set; }

    private ulong AnswerId => SimulationRandom.Mix(0xA15E_0000_0000_0000UL ^ (ulong)number);

    /// <summary>Makes the tokens: at arrival, and again with the output so far when a worker has failed it.</summary>
    public void MakePrompt()
    {
        EarlierOutput = Sampled;
        var tokens = new int[PromptTokens + Sampled];
        var at = 0;
        foreach (var segment in segments)
        {
            Fill(tokens.AsSpan(at, segment.Tokens), segment.Id);
            at += segment.Tokens;
        }

        Fill(tokens.AsSpan(at), AnswerId);
        Prompt = ImmutableCollectionsMarshal.AsImmutableArray(tokens);
    }

    public void ForgetPrompt() => (Prompt, Blocks) = (default, []);

    /// <summary>The model's next token.</summary>
    public int Sample()
    {
        var place = Sampled++;
        return Sampled >= outputTokens ? StopToken : Token(AnswerId, place);
    }

    private static int Length(ImmutableArray<PromptSegment> segments)
    {
        var length = 0;
        foreach (var segment in segments)
        {
            length += segment.Tokens;
        }

        return length;
    }

    private static void Fill(Span<int> tokens, ulong id)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = Token(id, i);
        }
    }

    private static int Token(ulong id, int place) => (int)(SimulationRandom.Mix(id + ((ulong)place << 40)) % Vocabulary);
}
