using System.Globalization;

namespace Preble.Core.Text.Jinja;

/// <summary>Filters on single values: defaults, conversions, numbers, JSON.</summary>
internal static class ValueFilters
{
    public static readonly Builtin[] All =
    [
        new("default(default_value?, boolean?)", Default),
        new("d(default_value?, boolean?)", Default),
        new("string()", (c, self, _) => Repr.Str(c, self)),

        new("safe()", (c, self, _) => new SafeText(Repr.Str(c, self))),
        new("int(default?, base?)", ToWhole),
        new("float(default?)", (c, self, a) => ToFloat(c, self) ?? a[0] ?? 0.0),
        new("abs()", (_, self, _) => Absolute(self)),
        new("round(precision?, method?)", (_, self, a) => Rounding.Apply(self, a.WholeOr(0, 0), a.TextOr(1, "common"))),
        new("attr(name)", (c, self, a) => Access.FindAttribute(c, self, a.Text(0)) ?? Undefined.OfAttribute(self, a.Text(0))),
        new("tojson(ensure_ascii?, indent?, separators?, sort_keys?)", (c, self, a) => JsonText.Of(
            c, self, JsonStyle.Of(c, a, (0, 1, 2, 3)))),
        new("pprint()", (c, self, _) => Repr.Of(c, self)),
    ];

    private static object Default(RenderContext context, object self, BoundArguments arguments)
    {
        var replaces = self is Undefined || (arguments.Flag(1) && !Truth.Of(self));
        return replaces ? arguments[0] ?? string.Empty : self;
    }

    private static object ToWhole(RenderContext context, object self, BoundArguments arguments)
    {
        var otherwise = arguments[0] ?? Boxes.Of(0);
        switch (self)
        {
            case Undefined undefined:
                return undefined.Fail();
            case double number:
                return double.IsFinite(number) ? Boxes.Of(Numbers.Truncate(number)) : otherwise;
            case string text when WholeText.Parse(text, arguments.WholeOr(1, 10)) is { } whole:
                return Boxes.Of(whole);
            case string text when ParseFloat(text) is { } number && double.IsFinite(number):
                return Boxes.Of(Numbers.Truncate(number));
            default:
                return Numbers.TryWhole(self, out var value) ? Boxes.Of(value) : otherwise;
        }
    }

    private static object? ToFloat(RenderContext context, object self)
    {
        (self as Undefined)?.Fail();
        if (Numbers.TryFloat(self, out var number))
        {
            return number;
        }

        return self is string text ? ParseFloat(text) : null;
    }

    /// <summary>A float as Python reads it: also inf and nan, and underscores between digits.</summary>
    private static double? ParseFloat(string text)
    {
        var digits = text.Trim();
        if (digits.TrimStart('+', '-').ToLowerInvariant() is "inf" or "infinity" or "nan")
        {
            return digits.Contains('n', StringComparison.OrdinalIgnoreCase) && digits.EndsWith("nan", StringComparison.OrdinalIgnoreCase)
                ? double.NaN
                : digits.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity;
        }

        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var parsed = double.TryParse(WholeText.WithoutUnderscores(digits), style, CultureInfo.InvariantCulture, out var number);
        return parsed ? number : null;
    }

    private static object Absolute(object self)
    {
        if (Numbers.TryWhole(self, out var whole))
        {
            return whole < 0 ? Arithmetic.Negate(self) : Boxes.Of(whole);
        }

        return self is double number ? Math.Abs(number) : throw new TemplateFailure($"bad operand type for abs(): '{TypeName.Of(self)}'");
    }
}
