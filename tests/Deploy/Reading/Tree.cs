using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Preble.Deploy.Reading;

/// <summary>A node of a YAML document: a map, a list, a text, or nothing where a path leads nowhere.</summary>
internal readonly record struct Tree(object? Node)
{
    public bool Exists => Node is not null;

    public string Text => Node as string ?? throw new InvalidDataException($"'{Node}' is no text.");

    public int Number => int.Parse(Text, System.Globalization.CultureInfo.InvariantCulture);

    public IEnumerable<string> Keys => Map.Keys.Select(key => (string)key);

    public IEnumerable<Tree> Items => Node is List<object?> list ? list.Select(item => new Tree(item)) : [];

    public IEnumerable<string> Texts => Items.Select(item => item.Text);

    private Dictionary<object, object?> Map => Node as Dictionary<object, object?> ?? [];

    /// <summary>By a path with dots between its keys.</summary>
    public Tree this[string path] => path.Split('.').Aggregate(this, (tree, key) => tree.Key(key));

    public Tree Key(string key) => new(Map.GetValueOrDefault(key));

    /// <summary>A map of texts, such as labels.</summary>
    public IReadOnlyDictionary<string, string> Pairs => Map.ToDictionary(pair => (string)pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal);

    /// <summary>This node and all below it.</summary>
    public IEnumerable<Tree> All() => Items.Concat(Map.Values.Select(value => new Tree(value))).SelectMany(child => child.All()).Prepend(this);

    /// <summary>The documents of a text; a key that is given twice is an error.</summary>
    public static IReadOnlyList<Tree> Read(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var reader = new DeserializerBuilder().WithDuplicateKeyChecking().Build();
        var documents = new List<Tree>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.Accept<YamlDotNet.Core.Events.DocumentStart>(out _))
        {
            if (reader.Deserialize<object?>(parser) is { } document)
            {
                documents.Add(new Tree(document));
            }
        }

        return documents;
    }
}
