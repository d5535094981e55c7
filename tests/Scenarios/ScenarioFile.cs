using System.Text;

namespace Preble.Scenarios;

/// <summary>
/// A script: comments (#), commands, a line ----, and what they answered; parts are set apart by empty lines. Running it writes the same
/// text with the answers as they are now.
/// </summary>
internal static class ScenarioFile
{
    private const string Answers = "----";

    public static string Run(string script)
    {
        var world = new ScenarioWorld();
        var text = new StringBuilder();
        foreach (var part in script.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(Run(world, part.Trim('\n').Split('\n')));
        }

        return text.ToString();
    }

    private static string Run(ScenarioWorld world, string[] lines)
    {
        var text = new StringBuilder();
        var answers = new StringBuilder();
        foreach (var line in lines.TakeWhile(line => line is not Answers))
        {
            text.Append(line).Append('\n');
            if (!line.StartsWith('#'))
            {
                answers.Append(world.Do(ScenarioCommand.Parse(line)));
            }
        }

        return answers.Length == 0 ? text.ToString() : text.Append(Answers).Append('\n').Append(answers).ToString();
    }
}
