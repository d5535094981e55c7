using System.Text.RegularExpressions;

namespace Preble.Tidy;

/// <summary>Promises the repository makes about itself.</summary>
public sealed partial class RepositoryTests
{
    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(SourceTree.Root, "Preble.Orleans.sln")).Replace('\\', '/');
        var missing = SourceTree.Files(".csproj").Where(project => !solution.Contains(project.Path, StringComparison.Ordinal));
        Found.Nothing(missing.Select(project => project.Path));
    }

    [Fact]
    public void Every_test_project_is_run_by_the_test_command()
    {
        var runner = File.ReadAllText(Path.Combine(SourceTree.Root, "tests", "run"));
        var folders = SourceTree.Files(".csproj").Where(project => project.IsUnder("tests"))
            .Select(project => project.Path.Split('/')[1])
            .Where(folder => folder is not ("Testing" or "Benchmarks" or "Fuzz"));
        Found.Nothing(folders.Where(folder => !Regex.IsMatch(runner, $@"\]={Regex.Escape(folder)}[\s)]", RegexOptions.None, TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public void Unfinished_work_names_its_issue()
    {
        var anonymous =
            from file in SourceTree.Files(".cs", ".cpp", ".h", ".md")
            where !file.IsUnder("tests/Tidy")
            from line in file.Lines.Select((text, index) => (text, number: index + 1))
            where Unfinished().IsMatch(line.text) && !line.text.Contains('#', StringComparison.Ordinal)
            select $"{file.Path}:{line.number}: {line.text.Trim()}";
        Found.Nothing(anonymous);
    }

    [Fact]
    public void Links_and_paths_in_the_documents_lead_somewhere()
    {
        var broken =
            from file in SourceTree.Files(".md")
            from line in file.Lines
            from Match match in LocalLink().Matches(line)
            let target = match.Groups["target"].Value.Split('#')[0]
            let folder = Path.GetDirectoryName(Path.Combine(SourceTree.Root, file.Path))!
            where target.Length > 0 && !Path.Exists(Path.Combine(folder, target))
            select $"{file.Path}: {target}";
        Found.Nothing(broken);
    }

    [Fact]
    public void Source_files_named_in_the_documents_exist()
    {
        var names = SourceTree.Files(".cs", ".cpp", ".h", ".md", ".txt", ".props", ".targets").Select(file => file.Path).ToList();
        var missing =
            from file in SourceTree.Files(".md")
            where file.Path != "CHANGELOG.md"
            from line in file.Lines
            from Match match in SourceName().Matches(line)
            let name = match.Groups["name"].Value
            where !names.Exists(path => path == name || path.EndsWith("/" + name, StringComparison.Ordinal))
            select $"{file.Path}: {name}";
        Found.Nothing(missing);
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\]\((?<target>(?!https?:|mailto:)[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LocalLink();

    [GeneratedRegex(@"`(?<name>[\w./-]+\.(cs|cpp|h|props|targets))`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SourceName();
}
