using System.Globalization;
using System.Text;
using Preble.Testing;

namespace Preble.Api.Tests.Properties;

/// <summary>
/// Writes JSON as clients might: by hand, with the spaces, escapes and forms of numbers that the grammar allows. It shares nothing with the reader
/// under test.
/// </summary>
internal sealed class DumbJsonWriter(SeededRandom random)
{
    public string Object(IEnumerable<(string Name, string Json)> fields) =>
        "{" + Space() + string.Join("," + Space(), Shuffled(fields).Select(field => Text(field.Name) + Space() + ":" + Space() + field.Json + Space())) + "}";

    public string Array(IEnumerable<string> items) => "[" + Space() + string.Join(Space() + "," + Space(), items) + Space() + "]";

    public string Number(double value) =>
        value.ToString(random.Pick(["R", "E16", "0.00000000000000000000"]), CultureInfo.InvariantCulture);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Truth(bool value) => value ? "true" : "false";

    public string Text(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            // Of a surrogate pair both halves are escaped, or none is.
            var escaped = rune.Value is '"' or '\\' or < ' ' || random.Chance(0.2);
            json.Append(escaped ? string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:x4}")) : rune.ToString());
        }

        return json.Append('"').ToString();
    }

    private string Space() => random.Pick(["", "", "", " ", "\n", "\t ", "\r\n"]);

    private List<T> Shuffled<T>(IEnumerable<T> items) => [.. items.OrderBy(_ => random.NextUInt64())];
}
