namespace Preble.Core.Text;

/// <summary>
/// Finds the first stop string in a text that comes in pieces. Append the pieces, send what comes back; once Stopped, the output ends.
/// Text that may be the beginning of a stop string is held back until it is known; Flush gives it when the output ends otherwise.
/// The first stop string is the one that is complete first (of several that end at one place, the longest), which is what a reader
/// of single characters would see, so the cut does not depend on how the text was chunked. One per sequence.
/// </summary>
public sealed class StopStringMatcher
{
    // An Aho–Corasick automaton: a state is the longest suffix of the text that begins some stop string, and its depth is that length.
    private readonly List<State> _states = [new State { Depth = 0 }];
    private string _held = "";
    private int _state;

    public StopStringMatcher(IReadOnlyList<string> stops)
    {
        ArgumentNullException.ThrowIfNull(stops);
        foreach (var stop in stops)
        {
            ArgumentException.ThrowIfNullOrEmpty(stop, nameof(stops));
            Add(stop);
        }

        LinkSuffixes();
    }

    /// <summary>Whether a stop string was found. Nothing comes out afterwards.</summary>
    public bool Stopped { get; private set; }

    /// <summary>The text that is now known to stand before any stop string, and whether one was found.</summary>
    public (string Text, bool Stopped) Append(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Stopped)
        {
            return ("", true);
        }

        for (var i = 0; i < text.Length; i++)
        {
            _state = Follow(_state, text[i]);
            if (_states[_state].MatchLength is > 0 and var length)
            {
                Stopped = true;
                return (Release(text[..(i + 1)], length), true);
            }
        }

        return (Release(text, _states[_state].Depth), false);
    }

    /// <summary>What is still held back, when the output ends without a stop string.</summary>
    public string Flush()
    {
        _state = 0;
        return Stopped ? "" : Release("", 0);
    }

    private string Release(string text, int keep)
    {
        var all = _held.Length == 0 ? text : _held + text;
        _held = Stopped ? "" : all[^keep..];
        return keep == 0 ? all : all[..^keep];
    }

    private int Follow(int state, char next)
    {
        int target;
        while (!_states[state].Next.TryGetValue(next, out target) && state != 0)
        {
            state = _states[state].Suffix;
        }

        return target;
    }

    private void Add(string stop)
    {
        var state = 0;
        foreach (var c in stop)
        {
            if (!_states[state].Next.TryGetValue(c, out var target))
            {
                target = _states.Count;
                _states.Add(new State { Depth = _states[state].Depth + 1 });
                _states[state].Next.Add(c, target);
            }

            state = target;
        }

        _states[state].MatchLength = stop.Length;
    }

    /// <summary>Breadth first, so that the shorter suffixes a state links to are complete before it.</summary>
    private void LinkSuffixes()
    {
        var queue = new Queue<int>([0]);
        while (queue.TryDequeue(out var state))
        {
            foreach (var (c, target) in _states[state].Next)
            {
                var suffix = state == 0 ? 0 : Follow(_states[state].Suffix, c);
                _states[target].Suffix = suffix;
                _states[target].MatchLength = Math.Max(_states[target].MatchLength, _states[suffix].MatchLength);
                queue.Enqueue(target);
            }
        }
    }

    private sealed class State
    {
        public required int Depth { get; init; }
        public Dictionary<char, int> Next { get; } = [];
        public int Suffix { get; set; }

        /// <summary>The length of the longest stop string that ends here; 0 when none does.</summary>
        public int MatchLength { get; set; }
    }
}
