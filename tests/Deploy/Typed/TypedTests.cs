using k8s;
using k8s.Models;
using Preble.Deploy.Reading;

namespace Preble.Deploy.Typed;

/// <summary>Objects as Kubernetes' own types read them: a field that they have not got is an error.</summary>
public sealed class TypedTests
{
    public static TheoryData<string> Renderings => DeployFiles.Renderings;

    /// <summary>Of operators; their few fields are written down below.</summary>
    private static readonly Dictionary<string, string[]> Custom = new(StringComparer.Ordinal)
    {
        ["keda.sh/v1alpha1/ScaledObject"] =
        [
            "scaleTargetRef", "scaleTargetRef.apiVersion", "scaleTargetRef.kind", "scaleTargetRef.name", "minReplicaCount", "maxReplicaCount", "pollingInterval",
            "advanced", "advanced.horizontalPodAutoscalerConfig", "advanced.horizontalPodAutoscalerConfig.behavior", "triggers", "triggers.type", "triggers.name",
            "triggers.metricType", "triggers.metadata", "triggers.metadata.serverAddress", "triggers.metadata.query", "triggers.metadata.threshold",
        ],
        ["monitoring.coreos.com/v1/PodMonitor"] = ["selector", "podMetricsEndpoints", "podMetricsEndpoints.port", "podMetricsEndpoints.path", "podMetricsEndpoints.interval"],
        ["monitoring.coreos.com/v1/ServiceMonitor"] = ["selector", "endpoints", "endpoints.port", "endpoints.path", "endpoints.interval"],
    };

    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["v1/PersistentVolumeClaim"] = typeof(V1PersistentVolumeClaim),
        ["v1/Pod"] = typeof(V1Pod),
        ["v1/Secret"] = typeof(V1Secret),
        ["v1/Service"] = typeof(V1Service),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["apps/v1/StatefulSet"] = typeof(V1StatefulSet),
        ["autoscaling/v2/HorizontalPodAutoscaler"] = typeof(V2HorizontalPodAutoscaler),
        ["networking.k8s.io/v1/Ingress"] = typeof(V1Ingress),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["rbac.authorization.k8s.io/v1/Role"] = typeof(V1Role),
        ["rbac.authorization.k8s.io/v1/RoleBinding"] = typeof(V1RoleBinding),
    };

    [Theory]
    [MemberData(nameof(Renderings))]
    public void Every_object_is_of_a_known_kind_with_no_field_too_many_and_none_missing(string path)
    {
        foreach (var text in Documents(DeployFiles.Text(path)))
        {
            var tree = Tree.Read(text).Single();
            var kind = $"{tree["apiVersion"].Text}/{tree["kind"].Text}";
            if (Custom.TryGetValue(kind, out var fields))
            {
                Assert.Empty(Fields(tree["spec"], "").Distinct().Except(fields));
                continue;
            }

            Assert.True(Types.ContainsKey(kind), kind);
            var item = Assert.Single(KubernetesYaml.LoadAllFromString(text, Types, strict: true));
            Assert.IsType(Types[kind], item);
            Assert.All(Required(tree["kind"].Text), field => Assert.True(tree[field].Exists, $"{kind} {tree["metadata.name"].Text} has no {field}"));
            Assert.All(
                tree["spec.template.spec.containers"].Items.Concat(tree["spec.containers"].Items),
                container => Assert.True(container["name"].Exists && container["image"].Exists));
        }
    }

    [Theory]
    [InlineData("containerPort: 8080", "containerPorts: 8080")]
    [InlineData("terminationGracePeriodSeconds:", "terminationGraceSeconds:")]
    [InlineData("readOnlyRootFilesystem: true", "readonlyRootFilesystem: true")]
    [InlineData("replicas: 2", "replicas: 2\n  replicas: 3")]
    public void A_misspelled_or_doubled_field_is_found(string right, string wrong)
    {
        var text = Documents(DeployFiles.Text("Silo/deploy/manifests/preble.yaml")).First(one => one.Contains("kind: StatefulSet", StringComparison.Ordinal));
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => KubernetesYaml.LoadAllFromString(text.Replace(right, wrong, StringComparison.Ordinal), Types, strict: true));
    }

    /// <summary>Without which the API server refuses the object.</summary>
    private static IEnumerable<string> Required(string kind) => kind switch
    {
        "Deployment" => ["spec.selector.matchLabels", "spec.template.metadata.labels", "spec.template.spec.containers"],
        "StatefulSet" => ["spec.serviceName", "spec.selector.matchLabels", "spec.template.metadata.labels", "spec.template.spec.containers"],
        "Service" => ["spec.ports", "spec.selector"],
        "Ingress" => ["spec.rules"],
        "HorizontalPodAutoscaler" => ["spec.scaleTargetRef.name", "spec.maxReplicas", "spec.metrics"],
        "NetworkPolicy" => ["spec.podSelector", "spec.policyTypes"],
        "PersistentVolumeClaim" => ["spec.accessModes", "spec.resources.requests.storage"],
        "PodDisruptionBudget" => ["spec.selector", "spec.maxUnavailable"],
        "Role" => ["rules"],
        "RoleBinding" => ["roleRef.apiGroup", "roleRef.kind", "roleRef.name", "subjects"],
        "Secret" => ["stringData"],
        "Pod" => ["spec.containers"],
        _ => [],
    };

    private static IEnumerable<string> Documents(string text) =>
        text.Split("\n---\n").Where(document => document.Contains("kind:", StringComparison.Ordinal));

    /// <summary>The paths of the fields, through lists; what Kubernetes itself defines inside is left to it.</summary>
    private static IEnumerable<string> Fields(Tree tree, string path)
    {
        foreach (var item in tree.Items.SelectMany(item => Fields(item, path)))
        {
            yield return item;
        }

        foreach (var key in path is "selector." or "advanced.horizontalPodAutoscalerConfig.behavior." ? [] : tree.Keys)
        {
            yield return path + key;
            foreach (var below in Fields(tree.Key(key), $"{path}{key}."))
            {
                yield return below;
            }
        }
    }
}
