using System.Buffers;
using System.Text;
using Preble.Core.Text;

namespace Preble.Api;

/// <summary>
/// Keeps users from speaking in control tokens. A message that contains <c>&lt;|im_end|&gt;</c> would otherwise end itself and could go on as the system.
/// Such names are broken with a mark before rendering; afterwards the whole names left in the prompt are the template's own, and the rest is encoded as text.
/// Conversations without such names, nearly all, take the plain way and give the tokens that the reference gives.
/// </summary>
internal sealed class SpecialNameGuard
{
    private const char FirstMark = '\uE000';
    private const char LastMark = '\uF8FF';

    private readonly IReadOnlyList<string> _names;
    private readonly char? _mark;

    private SpecialNameGuard(IReadOnlyList<string> names, char? mark) => (_names, _mark) = (names, mark);

    public static SpecialNameGuard For(IReadOnlyList<string> specialNames, IEnumerable<string> texts)
    {
        // Longest first, so that a name that begins another does not hide it.
        var names = specialNames.Where(name => name.Length > 1).OrderByDescending(name => name.Length).ToList();
        var search = SearchValues.Create([.. names], StringComparison.Ordinal);
        var all = texts.ToList();
        if (!all.Exists(text => text.AsSpan().ContainsAny(search)))
        {
            return new SpecialNameGuard(names, null);
        }

        var used = all.SelectMany(text => text).Where(c => c is >= FirstMark and <= LastMark).ToHashSet();
        var mark = Enumerable.Range(FirstMark, LastMark - FirstMark + 1).Select(c => (char)c).FirstOrDefault(c => !used.Contains(c));
        return mark == default
            ? throw new ChatTemplateException("the conversation names control tokens and uses every private character")
            : new SpecialNameGuard(names, mark);
    }

    /// <summary>Breaks the names in a user's text after their first character.</summary>
    public string Disarm(string text) => _mark is { } mark
        ? _names.Aggregate(text, (current, name) => current.Replace(name, $"{name[0]}{mark}{name[1..]}", StringComparison.Ordinal))
        : text;

    public int[] Encode(ITokenizer tokenizer, string prompt)
    {
        if (_mark is not { } mark)
        {
            return tokenizer.Encode(prompt, parseSpecial: true);
        }

        var tokens = new List<int>();
        var plain = new StringBuilder();
        for (var at = 0; at < prompt.Length;)
        {
            var name = _names.FirstOrDefault(name => string.CompareOrdinal(prompt, at, name, 0, name.Length) == 0);
            if (name is null)
            {
                plain.Append(prompt[at++]);
                continue;
            }

            AddText();
            tokens.AddRange(tokenizer.Encode(name, parseSpecial: true));
            at += name.Length;
        }

        AddText();
        return [.. tokens];

        void AddText()
        {
            plain.Replace(mark.ToString(), "");
            tokens.AddRange(tokenizer.Encode(plain.ToString(), parseSpecial: false));
            plain.Clear();
        }
    }
}
