using Preble.Api;
using Preble.Commands;
using Preble.Deploy.Reading;
using Preble.Hosting.Fleet;

namespace Preble.Deploy;

/// <summary>What docker-compose.yml says is what the program and the Dockerfile say.</summary>
public sealed class ComposeTests
{
    private static readonly Tree Compose = Tree.Read(DeployFiles.Text("docker-compose.yml")).Single();

    private static IEnumerable<Tree> Prebles => Compose["services"].Keys.Where(name => name != "redis").Select(Compose["services"].Key);

    [Fact]
    public void The_program_takes_the_arguments_and_the_probe()
    {
        Assert.Equal(2, Prebles.Count());
        foreach (var service in Prebles)
        {
            RealProgram.Accepts([.. service["command"].Texts], clustered: true);
            string[] probe = [.. service["healthcheck.test"].Texts];
            Assert.Equal(["CMD", .. Dockerfile.Command(new Dockerfile(DeployFiles.Text("Silo/deploy/docker/Dockerfile")).Last("ENTRYPOINT"))], probe[..3]);
            RealProgram.Accepts(probe[3..], clustered: false);
        }
    }

    [Fact]
    public void There_are_three_processes_with_all_roles_between_them()
    {
        Assert.Equal(3, Prebles.Sum(service => service["deploy.replicas"] is { Exists: true } replicas ? replicas.Number : 1));
        var roles = Prebles.Select(service => RoleNames.Parse(After(service, "--role")));
        Assert.Equal(SiloRoles.All, roles.Aggregate((all, own) => all | own));
    }

    [Fact]
    public void Services_wait_for_services_and_for_health_only_where_there_is_a_probe()
    {
        foreach (var service in Prebles)
        {
            foreach (var name in service["depends_on"].Keys)
            {
                var other = Compose["services"].Key(name);
                Assert.True(other.Exists, name);
                var condition = service["depends_on"].Key(name)["condition"].Text;
                Assert.True(condition == "service_started" || (condition == "service_healthy" && other["healthcheck.test"].Exists), condition);
            }

            var cluster = ClusterSource.Parse(service["environment.PREBLE_CLUSTER"].Text);
            Assert.Contains(cluster.Address.Split(':')[0], service["depends_on"].Keys);
        }
    }

    [Fact]
    public void A_container_is_given_longer_than_its_drain_takes()
    {
        foreach (var service in Prebles)
        {
            var grace = int.Parse(service["stop_grace_period"].Text.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(grace > int.Parse(After(service, "--drain-seconds"), System.Globalization.CultureInfo.InvariantCulture) + RequestGate.LastWords.TotalSeconds + 10);
        }
    }

    [Fact]
    public void Ports_volumes_image_and_rights_are_in_order()
    {
        Assert.Equal($"127.0.0.1:{ServeCommand.DefaultPort}:{ServeCommand.DefaultPort}", Assert.Single(Prebles.SelectMany(service => service["ports"].Texts)));
        var built = Assert.Single(Prebles, service => service["build"].Exists);
        Assert.True(File.Exists(DeployFiles.Of(built["build.dockerfile"].Text)));
        Assert.All(Prebles, service => Assert.Equal(built["image"].Text, service["image"].Text));
        Assert.All(Prebles, service => Assert.Equal(("true", "ALL"), (service["read_only"].Text, service["cap_drop"].Texts.Single())));
        foreach (var volume in Prebles.SelectMany(service => service["volumes"].Texts))
        {
            Assert.Contains(volume.Split(':')[0], Compose["volumes"].Keys);
            Assert.Equal("/var/cache/preble", volume.Split(':')[1]);
        }
    }

    private static string After(Tree service, string option) => service["command"].Texts.SkipWhile(argument => argument != option).ElementAt(1);
}
