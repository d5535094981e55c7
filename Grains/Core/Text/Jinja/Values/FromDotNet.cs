using System.Text.Json;

namespace Preble.Core.Text.Jinja;

/// <summary>
/// Takes plain .NET values and JSON into the interpreter. Anything else is refused: a template must not reach into objects.
/// </summary>
internal static class FromDotNet
{
    public static object Convert(RenderContext context, object? value)
    {
        context.Step();
        return value switch
        {
            null => None.Value,
            string text => text,
            bool flag => Boxes.Of(flag),
            int number => Boxes.Of(number),
            long number => Boxes.Of(number),
            float number => (double)number,
            double number => number,
            JsonElement json => OfJson(context, json),
            IReadOnlyDictionary<string, object?> dict => OfDictionary(context, dict),
            IEnumerable<object?> list => new ListValue([.. list.Select(item => Convert(context, item))]),
            _ => throw new TemplateFailure($"a variable holds a {value.GetType().Name}, which is no plain value"),
        };
    }

    private static DictValue OfDictionary(RenderContext context, IReadOnlyDictionary<string, object?> source)
    {
        var dict = new DictValue(context);
        foreach (var (key, value) in source)
        {
            dict.Items[key] = Convert(context, value);
        }

        return dict;
    }

    private static object OfJson(RenderContext context, JsonElement json)
    {
        context.Step();
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var dict = new DictValue(context);
                foreach (var property in json.EnumerateObject())
                {
                    dict.Items[property.Name] = OfJson(context, property.Value);
                }

                return dict;
            case JsonValueKind.Array:
                return new ListValue([.. json.EnumerateArray().Select(item => OfJson(context, item))]);
            case JsonValueKind.String:
                return json.GetString()!;
            case JsonValueKind.Number:
                return json.TryGetInt64(out var whole) ? Boxes.Of(whole) : json.GetDouble();
            case JsonValueKind.True or JsonValueKind.False:
                return Boxes.Of(json.ValueKind == JsonValueKind.True);
            default:
                return None.Value;
        }
    }
}
