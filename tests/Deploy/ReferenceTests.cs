using Preble.Deploy.Reading;

namespace Preble.Deploy;

/// <summary>Every name that an object of a rendering gives for another leads to one.</summary>
public sealed class ReferenceTests
{
    /// <summary>What the values of the renderings say that the cluster has already.</summary>
    private static readonly string[] OfOthers = ["model-files", "preble-tls", "my-cluster", "my-keys"];

    public static TheoryData<string> Renderings => DeployFiles.Renderings;

    [Theory]
    [MemberData(nameof(Renderings))]
    public void Names_are_given_once(string path)
    {
        var names = Release.Read(path).All.Select(item => $"{Release.Kind(item)} {Release.Name(item)}").ToList();
        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void Services_have_pods_with_those_ports_and_are_there_for_who_names_them(string path)
    {
        var release = Release.Read(path);
        foreach (var service in release.OfKind("Service"))
        {
            var pods = release.Selected(service["spec.selector"]);
            Assert.NotEmpty(pods);
            Assert.All(service["spec.ports"].Items, port => Assert.All(pods, pod => Assert.Contains(port["targetPort"].Text, pod.Ports.Keys)));
        }

        foreach (var set in release.OfKind("StatefulSet"))
        {
            var service = release.Find("Service", set["spec.serviceName"].Text);
            Assert.Equal("None", service["spec.clusterIP"].Text);
            Assert.Contains(Release.Name(set), release.Selected(service["spec.selector"]).Select(pod => pod.Name));
        }

        foreach (var way in release.OfKind("Ingress").SelectMany(ingress => ingress["spec.rules"].Items).SelectMany(rule => rule["http.paths"].Items))
        {
            var service = release.Find("Service", way["backend.service.name"].Text);
            Assert.Contains(way["backend.service.port.name"].Text, service["spec.ports"].Items.Select(port => port["name"].Text));
        }

        foreach (var url in release.Prebles.Select(pod => pod.Argument("--url")).OfType<string>().Select(url => new Uri(url)))
        {
            Assert.Contains($"{url.Port}", release.Find("Service", url.Host)["spec.ports"].Items.Select(port => port["port"].Text));
        }
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void Selectors_mean_pods_and_named_ports_are_theirs(string path)
    {
        var release = Release.Read(path);
        foreach (var owner in release.OfKind("Deployment", "StatefulSet"))
        {
            Assert.Equal(Release.Name(owner), Assert.Single(release.Selected(owner["spec.selector"])).Name);
        }

        foreach (var budget in release.OfKind("PodDisruptionBudget"))
        {
            Assert.Single(release.Selected(budget["spec.selector"]));
        }

        foreach (var policy in release.OfKind("NetworkPolicy"))
        {
            var pods = release.Selected(policy["spec.podSelector"]);
            Assert.NotEmpty(pods);
            foreach (var port in policy["spec.ingress"].Items.SelectMany(rule => rule["ports"].Items))
            {
                Assert.All(pods, pod => Assert.Contains(port["port"].Text, pod.Ports.Keys));
            }

            Assert.All(
                policy["spec.ingress"].Items.SelectMany(rule => rule["from"].Items).Where(peer => peer["podSelector.matchLabels"].Key("orleans/clusterId").Exists),
                peer => Assert.Equal(release.Servers.Count(), release.Selected(peer["podSelector"]).Count));
        }

        foreach (var monitor in release.OfKind("PodMonitor", "ServiceMonitor"))
        {
            Assert.Equal(release.Servers.Count(), release.Selected(monitor["spec.selector"]).Count);
            var points = monitor["spec"].Key(Release.Kind(monitor) == "PodMonitor" ? "podMetricsEndpoints" : "endpoints").Items.ToList();
            Assert.All(points, point => Assert.True(point["port"].Text == "http" && RealProgram.OpenRoutes(gateway: false).Contains(point["path"].Text)));
            Assert.NotEmpty(points);
        }
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void Pods_find_their_account_secrets_volumes_and_themselves(string path)
    {
        var release = Release.Read(path);
        foreach (var pod in release.Pods)
        {
            var account = pod.Spec["serviceAccountName"];
            Assert.True(!account.Exists || account.Text == "default" || release.Find("ServiceAccount", account.Text).Exists, pod.Name);
            var claims = pod.Owner["spec.volumeClaimTemplates"].Items.Select(claim => claim["metadata.name"].Text);
            var volumes = pod.Spec["volumes"].Items.Select(volume => volume["name"].Text).Concat(claims).ToList();
            Assert.Equal(volumes.Order(), pod.Container["volumeMounts"].Items.Select(mount => mount["name"].Text).Order());
            var secrets = pod.Spec["volumes"].Items.Select(volume => volume["secret.secretName"])
                .Concat(pod.Container["env"].Items.Select(variable => variable["valueFrom.secretKeyRef.name"])).Where(name => name.Exists);
            Assert.All(secrets, name => Assert.True(OfOthers.Contains(name.Text) || release.Find("Secret", name.Text).Exists, name.Text));
            var claimed = pod.Spec["volumes"].Items.Select(volume => volume["persistentVolumeClaim.claimName"]).Where(name => name.Exists);
            Assert.All(claimed, name => Assert.True(OfOthers.Contains(name.Text) || release.Find("PersistentVolumeClaim", name.Text).Exists, name.Text));
            Assert.All(
                pod.Spec["topologySpreadConstraints"].Items, spread => Assert.Equal(pod.Name, Assert.Single(release.Selected(spread["labelSelector"])).Name));
        }

        foreach (var scaler in release.OfKind("HorizontalPodAutoscaler", "ScaledObject"))
        {
            var target = scaler["spec.scaleTargetRef"];
            var owner = release.Find(target["kind"].Text, target["name"].Text);
            Assert.Equal(owner["apiVersion"].Text, target["apiVersion"].Text);
            Assert.False(owner["spec.replicas"].Exists, "an upgrade would undo the scaling");
        }
    }
}
