namespace Preble.Tidy;

/// <summary>House rule 1: a file is one idea, a function fits on a screen.</summary>
public sealed class SizeTests
{
    private const int FileLinesMax = 300;
    private const int MethodLinesMax = 60;
    private const int LineLengthMax = 160;

    [Fact]
    public void A_file_has_at_most_300_lines()
    {
        var long_ = SourceTree.Files(".cs", ".cpp", ".h").Where(file => file.Lines.Length > FileLinesMax);
        Found.Nothing(long_.Select(file => $"{file.Path}: {file.Lines.Length} lines"));
    }

    [Fact]
    public void A_line_has_at_most_160_characters()
    {
        // Goldens in raw strings and tables read worse when they are broken: test files may go on.
        var long_ =
            from file in SourceTree.Files(".cs", ".cpp", ".h", ".c")
            where !file.IsUnder("tests")
            from line in file.Lines.Select((text, index) => (text, number: index + 1))
            where line.text.Length > LineLengthMax && !line.text.TrimStart().StartsWith("///", StringComparison.Ordinal)
            select $"{file.Path}:{line.number}: {line.text.Length} characters";
        Found.Nothing(long_);
    }

    [Fact]
    public void A_method_has_at_most_60_lines()
    {
        var long_ =
            from file in SourceTree.Files(".cs")
            from body in Bodies(file)
            where body.Length > MethodLinesMax
            select $"{file.Path}:{body.Line}: {body.Length} lines";
        Found.Nothing(long_);
    }

    [Fact]
    public void The_measure_of_a_method_sees_a_long_one()
    {
        var lines = new[] { "class C", "{", "    void M()", "    {" }.Concat(Enumerable.Repeat("        x();", 61)).Concat(["    }", "}"]).ToArray();
        Assert.Contains(Bodies(new SourceFile("x.cs", lines)), body => body.Length > MethodLinesMax);
    }

    /// <summary>Blocks that open on a line of their own after a line that ends a parameter list: what our formatting gives every method.</summary>
    private static IEnumerable<(int Line, int Length)> Bodies(SourceFile file)
    {
        for (var i = 1; i < file.Lines.Length; i++)
        {
            var indent = file.Lines[i].Length - file.Lines[i].TrimStart().Length;
            if (file.Lines[i].Trim() != "{" || indent is 0 or > 8 || !file.Lines[i - 1].TrimEnd().EndsWith(')') || file.Lines[i - 1].Contains("class ", StringComparison.Ordinal)
                || file.Lines[i - 1].Contains("struct ", StringComparison.Ordinal) || file.Lines[i - 1].Contains("record ", StringComparison.Ordinal))
            {
                continue;
            }

            var close = new string(' ', indent) + "}";
            var end = Array.FindIndex(file.Lines, i, line => line.StartsWith(close, StringComparison.Ordinal));
            yield return (i, end - i - 1);
        }
    }
}
