using System.Collections.Immutable;
using Preble.Core.Text;

namespace Preble.Api;

/// <summary>The output of one choice so far, in tokens and in text. It lives through a change of worker, so that the text goes on without a seam.</summary>
internal sealed class OutputText(ITokenizer tokenizer, IReadOnlyList<string> stops)
{
    private readonly IncrementalDetokenizer _detokenizer = new(tokenizer);
    private readonly StopStringMatcher _matcher = new(stops);
    private readonly List<int> _tokens = [];

    public int TokenCount => _tokens.Count;

    /// <summary>True once a stop string was found; the text ends before it.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes tokens one by one, because those after a stop string are no output; gives the text that is now certain.</summary>
    public string Append(ImmutableArray<int> tokens)
    {
        var text = "";
        foreach (var token in tokens)
        {
            if (Stopped)
            {
                break;
            }

            _tokens.Add(token);
            (var piece, Stopped) = _matcher.Append(_detokenizer.Append([token]));
            text += piece;
        }

        return text;
    }

    /// <summary>What was held back, at the end of the output.</summary>
    public string Flush()
    {
        var (text, _) = _matcher.Append(_detokenizer.Flush());
        return text + _matcher.Flush();
    }

    /// <summary>What another worker continues from.</summary>
    public ImmutableArray<int> After(ImmutableArray<int> prompt) => _tokens.Count == 0 ? prompt : prompt.AddRange(_tokens);
}
