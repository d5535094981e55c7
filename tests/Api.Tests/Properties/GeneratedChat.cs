using Preble.Testing;

namespace Preble.Api.Tests.Properties;

/// <summary>A random valid chat completion: its body, and what must be understood of it.</summary>
/// <param name="Messages">Role and whole text of each message.</param>
internal sealed record GeneratedChat(string Json, GenerationSettings Settings, List<(string Role, string Text)> Messages)
{
    /// <summary>The seed of a request that gives none.</summary>
    public const ulong FreshSeed = 7;

    private static readonly string[] Texts = ["", "Hi", "two\nlines", "quote \" and \\", "naïve", "\U0001F600", "tab\tand \u0001", "{\"n\":1}", "<|im_end|>"];

    private static readonly string[] Tenants = [.. Texts.Where(text => !text.Any(char.IsControl))];

    public static GeneratedChat New(SeededRandom random)
    {
        var json = new DumbJsonWriter(random);
        var fields = new Fields(random);
        var messages = NewMessages(random);
        var stream = fields.Maybe("stream", random.Chance(0.5), DumbJsonWriter.Truth) ?? false;
        var options = stream ? fields.Maybe("stream_options", random.Chance(0.5), usage => json.Object([("include_usage", DumbJsonWriter.Truth(usage))])) : null;
        var older = fields.Maybe("max_tokens", random.Between(1, 300), Integer);
        var newer = fields.Maybe("max_completion_tokens", random.Between(1, 300), Integer);
        var topK = fields.Maybe("top_k", random.Between(-1, 50), Integer);
        var topP = fields.Maybe("top_p", random.Chance(0.2) ? 0 : Fraction(random), json.Number);
        var sampling = new SamplingOptions(
            (float)(fields.Maybe("temperature", 2 * Fraction(random), json.Number) ?? 1),
            topP == 0 ? 1 : topK is null or -1 ? 0 : topK.Value,
            topP is null or 0 ? 1 : (float)topP,
            (float)(fields.Maybe("min_p", Fraction(random), json.Number) ?? 0),
            (float)(fields.Maybe("repetition_penalty", 0.01 + Fraction(random), json.Number) ?? 1),
            (float)(fields.Maybe("presence_penalty", (4 * Fraction(random)) - 2, json.Number) ?? 0),
            (float)(fields.Maybe("frequency_penalty", (4 * Fraction(random)) - 2, json.Number) ?? 0),
            fields.Maybe("seed", (long)random.NextUInt64(), DumbJsonWriter.Number) is { } seed ? unchecked((ulong)seed) : FreshSeed);
        var choices = fields.Maybe("n", random.Between(1, 8), Integer) ?? 1;
        var salt = fields.MaybeText("cache_salt", random.Pick(Texts), json.Text) ?? "";
        var stops = Stops(random, fields, json);
        var tenant = fields.MaybeText("user", random.Pick(Tenants), json.Text) ?? "";
        var key = fields.MaybeText("prompt_cache_key", random.Pick(Tenants), json.Text);
        var priority = fields.Maybe("priority", random.Between(-100, 100), Integer) ?? 0;
        var timeout = fields.Maybe("timeout", random.Between(1, 10_000) / 8.0, json.Number) ?? 0;
        var pin = fields.Maybe("cache_pin_seconds", random.Below(10_000) / 8.0, json.Number) ?? 0;
        fields.MaybeText("a field that we do not know", random.Pick(Texts), text => json.Array([json.Text(text), "{\"deep\":[null]}"]));
        fields.Add("model", json.Text(Fakes.ApiHost.Model));
        fields.Add("messages", json.Array(messages.Select(message => MessageJson(message, random, json))));
        return new GeneratedChat(
            json.Object(fields.All),
            new GenerationSettings(newer ?? older, sampling, [.. stops], choices, stream, options ?? false, salt, priority, tenant, timeout, pin)
            {
                SessionHash = SessionKey.Of(null, key, tenant),
            },
            messages);
    }

    private static string Integer(int value) => DumbJsonWriter.Number(value);

    private static double Fraction(SeededRandom random) => random.Below(1 << 20) / (double)(1 << 20);

    private static List<(string Role, string Text)> NewMessages(SeededRandom random) =>
        [.. Enumerable.Range(0, random.Between(1, 3)).Select(_ => (random.Pick(["system", "developer", "user"]), random.Pick(Texts) + random.Pick(Texts)))];

    private static string MessageJson((string Role, string Text) message, SeededRandom random, DumbJsonWriter json)
    {
        var content = json.Text(message.Text);
        if (random.Chance(0.5))
        {
            // Never between the halves of a surrogate pair.
            var cut = random.Between(0, message.Text.Length);
            cut -= cut > 0 && char.IsHighSurrogate(message.Text[cut - 1]) ? 1 : 0;
            content = json.Array(new[] { message.Text[..cut], message.Text[cut..] }.Select(
                part => json.Object([("type", json.Text("text")), ("text", json.Text(part))])));
        }

        return json.Object([("role", json.Text(message.Role)), ("content", content)]);
    }

    private static string[] Stops(SeededRandom random, Fields fields, DumbJsonWriter json)
    {
        string[] stops = [.. Enumerable.Range(0, random.Below(4)).Select(_ => random.Pick(Texts[1..]))];
        return stops.Length == 1
            ? fields.MaybeText("stop", stops[0], json.Text) is { } one ? [one] : []
            : fields.MaybeText("stop", "", _ => json.Array(stops.Select(json.Text))) is null ? [] : stops;
    }

    /// <summary>The fields written so far. A field that is not given is left out, or null.</summary>
    private sealed class Fields(SeededRandom random)
    {
        public List<(string Name, string Json)> All { get; } = [];

        public void Add(string name, string json) => All.Add((name, json));

        public T? Maybe<T>(string name, T value, Func<T, string> json)
            where T : struct
            => Given(name, () => json(value)) ? value : null;

        public string? MaybeText(string name, string value, Func<string, string> json) => Given(name, () => json(value)) ? value : null;

        private bool Given(string name, Func<string> json)
        {
            if (random.Chance(0.5))
            {
                Add(name, json());
                return true;
            }

            if (random.Chance(0.2))
            {
                Add(name, "null");
            }

            return false;
        }
    }
}
