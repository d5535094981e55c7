using System.Text;
using System.Text.RegularExpressions;

namespace Preble.Inference.ModelFiles;

/// <summary>
/// Makes the model id of the API from a file or folder name. Names inside the files are not used: converters fill them with whatever they find,
/// while the file's own name is what its user calls it.
/// </summary>
public static partial class ModelNames
{
    /// <summary>`SmolLM2-135M-Instruct.Q4_1.gguf` becomes `smollm2-135m-instruct`.</summary>
    public static string FromPath(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
        {
            name = TypeSuffix().Replace(name[..^".gguf".Length], "");
        }

        var id = new StringBuilder(name.Length);
        foreach (var c in name.ToLowerInvariant())
        {
            var allowed = char.IsAsciiLetterOrDigit(c) || c is '.' or '_';
            if (allowed || (id.Length > 0 && id[^1] != '-'))
            {
                id.Append(allowed ? c : '-');
            }
        }

        var trimmed = id.ToString().Trim('-', '.');
        return trimmed.Length > 0 ? trimmed : "model";
    }

    // The tensor type at the end says how the file is stored and not which model it is.
    [GeneratedRegex("[.-]((I?Q[0-9]+(_[0-9A-Z]+)*)|F16|F32|BF16)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeSuffix();
}
