using System.Net;
using System.Text;
using k8s;
using k8s.Models;
using Preble.Hosting.Kubernetes;

namespace Preble.Deploy.Typed;

/// <summary>Our reading of a list of pods takes the fields that Kubernetes' own types write.</summary>
public sealed class PodListTests
{
    [Fact]
    public void Pods_are_read_as_Kubernetes_own_types_write_them()
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "a" },
            Status = new V1PodStatus { Phase = "Succeeded", PodIP = "10.0.0.1", PodIPs = [new V1PodIP { Ip = "10.0.0.1" }, new V1PodIP { Ip = "fd00::1" }] },
        };
        var json = KubernetesJson.Serialize(new V1PodList { Metadata = new V1ListMeta(), Items = [pod] });
        var read = Assert.Single(PodListJson.Read(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(("a", true), (read.Name, read.HasEnded));
        Assert.Equal([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("fd00::1")], read.Addresses);
    }
}
