namespace Preble.Deploy.Reading;

/// <summary>The objects of one rendering, and the pods among them.</summary>
internal sealed class Release
{
    private Release(IReadOnlyList<Tree> all)
    {
        All = all;
        Pods = [.. all.Where(item => item["spec.template.spec.containers"].Exists).Select(item => new PodOf(item, item["spec.template"])),
            .. all.Where(item => Kind(item) == "Pod").Select(item => new PodOf(item, item))];
    }

    public IReadOnlyList<Tree> All { get; }

    public IReadOnlyList<PodOf> Pods { get; }

    /// <summary>Ours, and not Redis'.</summary>
    public IEnumerable<PodOf> Prebles => Pods.Where(pod => pod.Container["name"].Text == "preble");

    /// <summary>Those that serve until they are told to end.</summary>
    public IEnumerable<PodOf> Servers => Prebles.Where(pod => pod.Arguments[0] == "serve");

    public static Release Read(string path) => new(Tree.Read(DeployFiles.Text(path)));

    public static string Kind(Tree item) => item["kind"].Text;

    public static string Name(Tree item) => item["metadata.name"].Text;

    public Tree Find(string kind, string name) => All.FirstOrDefault(item => Kind(item) == kind && Name(item) == name);

    public IEnumerable<Tree> OfKind(params string[] kinds) => All.Where(item => kinds.Contains(Kind(item)));

    /// <summary>The pods that a selector means, as a Service's map or with matchLabels and matchExpressions.</summary>
    public IReadOnlyList<PodOf> Selected(Tree selector)
    {
        var labels = selector["matchLabels"].Exists || selector["matchExpressions"].Exists ? selector["matchLabels"].Pairs : selector.Pairs;
        return [.. Pods.Where(pod => labels.All(pair => pod.Labels.GetValueOrDefault(pair.Key) == pair.Value)
            && selector["matchExpressions"].Items.All(one => one["operator"].Text == "In" && one["values"].Texts.Contains(pod.Labels.GetValueOrDefault(one["key"].Text))))];
    }
}

/// <param name="Owner">What makes the pod; a pod alone is its own.</param>
/// <param name="Template">Metadata and spec of the pod.</param>
internal sealed record PodOf(Tree Owner, Tree Template)
{
    public string Name => Release.Name(Owner);

    public IReadOnlyDictionary<string, string> Labels => Template["metadata.labels"].Pairs;

    public Tree Spec => Template["spec"];

    public Tree Container => Spec["containers"].Items.Single();

    public string[] Arguments => [.. Container["args"].Texts];

    public IReadOnlyDictionary<string, int> Ports => Container["ports"].Items.ToDictionary(port => port["name"].Text, port => port["containerPort"].Number);

    /// <summary>What stands behind an option in the arguments; null for no such option.</summary>
    public string? Argument(string option) => Array.IndexOf(Arguments, option) is >= 0 and var place ? Arguments[place + 1] : null;
}
