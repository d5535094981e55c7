using Preble.Api;
using Preble.Deploy.Reading;
using Preble.Hosting.Fleet;

namespace Preble.Deploy;

/// <summary>What the pods are told agrees with the program: arguments, probes, ports, times, keys, rights.</summary>
public sealed class ManifestTests
{
    public static TheoryData<string> Renderings => DeployFiles.Renderings;

    [Theory]
    [MemberData(nameof(Renderings))]
    public void The_program_takes_the_arguments(string path)
    {
        var release = Release.Read(path);
        Assert.NotEmpty(release.Servers);
        foreach (var pod in release.Prebles)
        {
            RealProgram.Accepts(pod.Arguments, Variable(pod, "PREBLE_CLUSTER").Exists);
        }
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void Probes_ask_routes_that_the_process_has_at_ports_that_it_listens_at(string path)
    {
        foreach (var pod in Release.Read(path).Servers)
        {
            var routes = RealProgram.OpenRoutes(IsFront(pod));
            foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
            {
                var request = pod.Container[probe]["httpGet"];
                Assert.Contains(request["path"].Text, routes);
                Assert.Contains(request["port"].Text, pod.Ports.Keys);
            }

            Assert.Equal("/health/ready", pod.Container["readinessProbe.httpGet.path"].Text);
            Assert.Equal("/health/live", pod.Container["livenessProbe.httpGet.path"].Text);
            Assert.Equal(pod.Argument("--port"), $"{pod.Ports["http"]}");
            Assert.Equal(pod.Argument("--silo-port"), pod.Ports.TryGetValue("silo", out var silo) ? $"{silo}" : null);
            Assert.Equal("0.0.0.0", pod.Argument("--host"));
        }
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void A_pod_is_given_longer_than_its_drain_takes(string path)
    {
        foreach (var pod in Release.Read(path).Servers)
        {
            var pause = pod.Container["lifecycle.preStop.sleep.seconds"] is { Exists: true } sleep ? sleep.Number : 0;
            var drain = double.Parse(pod.Argument("--drain-seconds")!, System.Globalization.CultureInfo.InvariantCulture);
            var least = pause + drain + RequestGate.LastWords.TotalSeconds + 10;
            Assert.True(pod.Spec["terminationGracePeriodSeconds"].Number > least, $"{pod.Name}: {least} s at least");
            Assert.True(!IsFront(pod) || pause > 0, $"{pod.Name} must go on until no load balancer sends to it");
        }
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void A_member_of_a_fleet_knows_its_pod_and_cluster_and_may_look_at_pods(string path)
    {
        var release = Release.Read(path);
        foreach (var pod in release.Servers.Where(pod => pod.Arguments.Contains("--role")))
        {
            foreach (var (variable, field) in new[] { ("POD_NAME", "metadata.name"), ("POD_NAMESPACE", "metadata.namespace"), ("POD_IP", "status.podIP") })
            {
                Assert.Equal(field, Variable(pod, variable)["valueFrom.fieldRef.fieldPath"].Text);
            }

            Assert.Equal(pod.Labels["orleans/serviceId"], pod.Argument("--service-id"));
            Assert.Equal(pod.Labels["orleans/clusterId"], pod.Argument("--cluster-id"));
            Assert.Equal(pod.Labels["app.kubernetes.io/component"], pod.Argument("--role"));
            Assert.Equal(("$(POD_NAME)", "$(POD_IP)"), (pod.Argument("--silo-name"), pod.Argument("--silo-address")));
            if (!pod.Arguments.Contains("--kubernetes"))
            {
                Assert.Empty(release.OfKind("Role", "RoleBinding"));
                continue;
            }

            Assert.Equal("true", pod.Spec["automountServiceAccountToken"].Text);
            var binding = Assert.Single(release.OfKind("RoleBinding"), one => one["subjects"].Items.Any(who => who["name"].Text == pod.Spec["serviceAccountName"].Text));
            var rule = Assert.Single(release.Find("Role", binding["roleRef.name"].Text)["rules"].Items);
            Assert.Equal(["get", "list"], rule["verbs"].Texts.Order());
            Assert.Equal(["pods"], rule["resources"].Texts);
            Assert.Equal([""], rule["apiGroups"].Texts);
        }
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void Secrets_of_the_chart_hold_what_the_program_reads(string path)
    {
        var release = Release.Read(path);
        foreach (var pod in release.Servers)
        {
            if (Variable(pod, "PREBLE_CLUSTER")["valueFrom.secretKeyRef"] is { Exists: true } source
                && release.Find("Secret", source["name"].Text) is { Exists: true } secret)
            {
                var cluster = ClusterSource.Parse(secret["stringData"].Key(source["key"].Text).Text);
                Assert.True(cluster.IsShared);
                Assert.True(cluster.Address.Split(':')[0] is var host && (release.Find("Service", host).Exists || host.Contains('.', StringComparison.Ordinal)), host);
            }

            if (pod.Argument("--api-keys-file") is { } file)
            {
                var mount = Assert.Single(pod.Container["volumeMounts"].Items, one => file.StartsWith(one["mountPath"].Text + "/", StringComparison.Ordinal));
                Assert.False(mount["subPath"].Exists, "a file mounted alone never changes");
                var volume = Assert.Single(pod.Spec["volumes"].Items, one => one["name"].Text == mount["name"].Text);
                var keys = release.Find("Secret", volume["secret.secretName"].Text)["stringData"].Key(Path.GetFileName(file));
                Assert.True(!keys.Exists || ApiKeyText.Parse(keys.Text).Count > 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void No_pod_has_rights_that_it_does_not_need(string path)
    {
        foreach (var pod in Release.Read(path).Pods)
        {
            Assert.Equal("true", pod.Spec["securityContext.runAsNonRoot"].Text);
            Assert.True(pod.Spec["securityContext.runAsUser"].Number > 0);
            Assert.Equal("RuntimeDefault", pod.Spec["securityContext.seccompProfile.type"].Text);
            Assert.Equal("false", pod.Container["securityContext.allowPrivilegeEscalation"].Text);
            Assert.Equal("true", pod.Container["securityContext.readOnlyRootFilesystem"].Text);
            Assert.Equal(["ALL"], pod.Container["securityContext.capabilities.drop"].Texts);
            Assert.True(pod.Spec["automountServiceAccountToken"].Text == "false" || pod.Arguments.Contains("--kubernetes"));
            Assert.True(pod.Container["resources.requests.memory"].Exists && pod.Container["resources.limits.memory"].Exists, pod.Name);
        }
    }

    private static bool IsFront(PodOf pod) => pod.Argument("--role") is null or "gateway";

    private static Tree Variable(PodOf pod, string name) => pod.Container["env"].Items.FirstOrDefault(one => one["name"].Text == name);
}
