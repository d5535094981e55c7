using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>The methods of strings that change case, pad, or ask what the characters are.</summary>
internal static class TextCaseMethods
{
    public static readonly Builtin[] All =
    [
        Change("upper", Letters.Upper),
        Change("lower", Letters.Lower),
        Change("casefold", Letters.Lower),
        Change("title", Letters.Title),
        Change("capitalize", Letters.Capitalize),
        Change("swapcase", Letters.SwapCase),
        Pad("center", Padding.Center),
        Pad("ljust", Padding.Left),
        Pad("rjust", Padding.Right),
        TextMethods.Text("zfill(width)", (c, text, a) => Padding.Zeros(c, text, a.Whole(0))),
        TextMethods.Text("expandtabs(tabsize?)", (c, text, a) => Padding.ExpandTabs(c, text, a.WholeOr(0, 8))),
        Ask("islower", Letters.AreLower),
        Ask("isupper", Letters.AreUpper),
        Ask("isspace", text => text.Length > 0 && text.All(Whitespace.Is)),
        Ask("isalpha", text => Letters.Are(text, Rune.IsLetter)),
        Ask("isalnum", text => Letters.Are(text, Rune.IsLetterOrDigit)),
        Ask("isdigit", text => Letters.Are(text, Rune.IsDigit)),
        Ask("isdecimal", text => Letters.Are(text, Rune.IsDigit)),
        Ask("isnumeric", text => Letters.Are(text, Rune.IsNumber)),
    ];

    private static Builtin Change(string name, Func<string, string> change) => TextMethods.Text(name + "()", (c, text, _) =>
    {
        c.Charge(text.Length);
        return change(text);
    });

    private static Builtin Ask(string name, Func<string, bool> holds) =>
        TextMethods.Text(name + "()", (_, text, _) => Boxes.Of(holds(text)));

    private static Builtin Pad(string name, Func<RenderContext, string, long, string, string> pad) =>
        TextMethods.Text(name + "(width, fillchar?)", (c, text, a) => pad(c, text, a.Whole(0), a.TextOr(1, " ")));
}
