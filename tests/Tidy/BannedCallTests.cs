using System.Text.RegularExpressions;

namespace Preble.Tidy;

/// <summary>House rules 2, 13 and 20: calls that have a better replacement, each with its reason.</summary>
public sealed class BannedCallTests
{
    private static readonly (string Pattern, string Instead)[] Everywhere =
    [
        (@"\bDateTime(Offset)?\.(Now|UtcNow)\b", "TimeProvider: tests drive time"),
        (@"\bTask\.Run\(", "an actor's turn, or a thread that is somebody's on purpose"),
        (@"\bRandom\.Shared\b|\bnew Random\(\)", "a seed that was given: a failure must be replayable"),
        (@"\bThread\.Sleep\(", "wait for the event"),
        (@"\basync void\b", "async Task: an exception must reach somebody"),
        (@"\.GetAwaiter\(\)\.GetResult\(\)", "await"),
    ];

    private static readonly (string Pattern, string Instead)[] InCore =
    [
        (@"\bTask\b|\basync\b|\bawait\b|\bCancellationToken\b", "core decides, grains wait"),
        (@"\bStopwatch\b|\bTimeProvider\b|\bEnvironment\.TickCount", "`now` is an argument"),
        (@"\bRandom\b", "randomness is an argument"),
        (@"\block\s*\(|\bInterlocked\b|\bThread\b|\bMonitor\b", "one writer per object"),
        (@"\bConsole\b|\bILogger\b|\bFile\.|\bStream\b|\bSocket\b", "core has no I/O"),
    ];

    [Fact]
    public void Nobody_uses_a_call_that_has_a_better_replacement() =>
        Found.Nothing(Findings(SourceTree.Files(".cs").Where(file => !file.IsUnder("tests/Tidy")), Everywhere));

    [Fact]
    public void Core_has_no_clock_no_thread_no_lock_and_no_io() =>
        Found.Nothing(Findings(SourceTree.Files(".cs").Where(file => file.IsUnder("Grains/Core")), InCore));

    [Fact]
    public void Tests_do_not_sleep() =>
        Found.Nothing(Findings(
            SourceTree.Files(".cs").Where(file => file.IsUnder("tests") && !file.IsUnder("tests/Tidy")),
            [(@"\bTask\.Delay\((?!Timeout\.Infinite)", "wait for the event: Wait.ForAsync")]));

    [Fact]
    public void The_search_finds_what_it_looks_for()
    {
        var planted = new SourceFile("x.cs", ["var now = DateTime.UtcNow; // a planted call", "// Task.Run( in a comment is no call"]);
        Assert.Single(Findings([planted], Everywhere));
    }

    /// <summary>A line may keep a banned call by saying why: <c>// tidy: reason</c>.</summary>
    private static IEnumerable<string> Findings(IEnumerable<SourceFile> files, (string Pattern, string Instead)[] banned) =>
        from file in files
        from line in file.Lines.Select((text, index) => (text, number: index + 1))
        where !line.text.Contains("// tidy: ", StringComparison.Ordinal)
        let code = Code(line.text)
        from rule in banned
        where Regex.IsMatch(code, rule.Pattern, RegexOptions.None, TimeSpan.FromSeconds(1))
        select $"{file.Path}:{line.number}: {code.Trim()} → {rule.Instead}";

    private static string Code(string line)
    {
        var comment = line.IndexOf("//", StringComparison.Ordinal);
        return comment < 0 ? line : line[..comment];
    }
}
