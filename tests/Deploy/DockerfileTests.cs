using System.Xml.Linq;
using Preble.Commands;
using Preble.Deploy.Reading;
using Preble.Testing;

namespace Preble.Deploy;

/// <summary>What the Dockerfile says of the repository is true.</summary>
public sealed class DockerfileTests
{
    private static readonly Dockerfile Image = new(DeployFiles.Text("Silo/deploy/docker/Dockerfile"));

    [Fact]
    public void It_has_only_instructions_that_there_are()
    {
        string[] known = ["FROM", "RUN", "ENV", "WORKDIR", "COPY", "LABEL", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"];
        Assert.Empty(Image.Words.Except(known));
        Assert.Equal("SIGTERM", Image.Last("STOPSIGNAL"));
    }

    [Fact]
    public void What_it_copies_is_there_and_not_kept_out()
    {
        var ignored = DeployFiles.Text(".dockerignore").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').ToList();
        Assert.Equal("*", ignored[0]);
        var allowed = ignored.Where(line => line[0] == '!').Select(line => line[1..]).ToList();
        Assert.All(allowed, path => Assert.True(Path.Exists(DeployFiles.Of(path)), path));
        Assert.NotEmpty(Image.Copied);
        Assert.All(Image.Copied, path => Assert.True(Path.Exists(DeployFiles.Of(path)), path));
        Assert.All(Image.Copied, path => Assert.Contains(allowed, way => path == way || path.StartsWith(way + "/", StringComparison.Ordinal)));
        Assert.All(Image.Copied, path => Assert.DoesNotContain(path, ignored));
    }

    [Fact]
    public void Every_project_that_the_program_is_made_of_is_restored_before_the_sources_come()
    {
        var copied = Image.Copied.ToHashSet();
        var open = new Queue<string>(["Silo/Preble.Silo.csproj"]);
        while (open.TryDequeue(out var project))
        {
            Assert.Contains(project, copied);
            var folder = Path.GetDirectoryName(project)!;
            Assert.Contains(copied, path => path == folder || folder.StartsWith(path + "/", StringComparison.Ordinal));
            foreach (var reference in XDocument.Load(DeployFiles.Of(project)).Descendants("ProjectReference"))
            {
                var other = Path.GetFullPath(Path.Combine(DeployFiles.Of(folder), reference.Attribute("Include")!.Value));
                open.Enqueue(Path.GetRelativePath(RepositoryPaths.Root, other));
            }
        }
    }

    [Fact]
    public void What_it_starts_is_the_program_with_arguments_that_it_takes()
    {
        var start = Dockerfile.Command(Image.Last("ENTRYPOINT"));
        Assert.Equal(["dotnet", $"/app/{typeof(ServeCommand).Assembly.GetName().Name}.dll"], start);
        Assert.Contains("-o /app", string.Join('\n', Image.All("RUN")), StringComparison.Ordinal);
        RealProgram.Accepts(Dockerfile.Command(Image.Last("CMD")), clustered: false);
        var probe = Dockerfile.Command(Image.Last("HEALTHCHECK"));
        Assert.Equal(start, probe[..2]);
        RealProgram.Accepts(probe[2..], clustered: false);
    }

    [Fact]
    public void Ports_user_and_folders_are_those_of_the_program_and_the_chart()
    {
        var pod = Release.Read("Silo/deploy/manifests/preble.yaml").Servers.First();
        Assert.Equal($"{ServeCommand.DefaultPort} {pod.Ports["silo"]}", Image.Last("EXPOSE"));
        Assert.Equal($"{pod.Spec["securityContext.runAsUser"].Text}:{pod.Spec["securityContext.runAsGroup"].Text}", Image.Last("USER"));
        var cache = Image.Last("ENV").Split(' ').Select(pair => pair.Split('=')).First(pair => pair[0] == "XDG_CACHE_HOME")[1];
        Assert.Contains($"{cache}/preble", pod.Container["volumeMounts"].Items.Select(mount => mount["mountPath"].Text));
        Assert.Contains($" {cache}/preble", string.Join('\n', Image.All("COPY")), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_dotnet_is_that_of_the_projects()
    {
        var version = XDocument.Load(DeployFiles.Of("Directory.Build.props")).Descendants("TargetFramework").Single().Value["net".Length..];
        Assert.All(Image.All("FROM"), from => Assert.Contains($":{version}-", from, StringComparison.Ordinal));
    }

    [Fact]
    public void The_native_library_runs_on_older_processors_than_the_one_it_was_built_on()
    {
        var native = Directory.EnumerateFiles(DeployFiles.Of("InferenceNative"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is "CMakeLists.txt" or "CMakePresets.json" || Path.GetExtension(file) is ".cmake" or ".targets");
        Assert.All(native, file => Assert.DoesNotMatch(@"-m(arch|tune|cpu)=(?!haswell|x86-64)", File.ReadAllText(file)));
    }
}
