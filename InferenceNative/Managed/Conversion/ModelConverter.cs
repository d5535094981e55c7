using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;

namespace Preble.Inference.Conversion;

/// <summary>Converts a model on disk: the target appears under its name when it is complete, and not at all when anything fails.</summary>
public static class ModelConverter
{
    /// <param name="overwrite">Whether a target that is there is replaced.</param>
    /// <exception cref="ModelFileException">The source is not a model that can be converted, or the target cannot be written; one sentence.</exception>
    public static void Convert(
        string source, TensorType wanted, string target, bool overwrite, Action<double> progress, CancellationToken cancellation)
    {
        if (Directory.Exists(target))
        {
            throw new ModelFileException($"{target}: there is a folder of this name.");
        }

        if (File.Exists(target) && !overwrite)
        {
            throw new ModelFileException($"{target}: there is a file of this name already; --force replaces it.");
        }

        var plan = Plan(source, wanted);
        var partial = $"{target}.{Environment.ProcessId}.part";
        try
        {
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                ConversionWriter.Write(plan, stream, progress, cancellation);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, target, overwrite);
        }
        catch (Exception e)
        {
            if (File.Exists(partial))
            {
                File.Delete(partial);
            }

            if (e is IOException or UnauthorizedAccessException)
            {
                throw new ModelFileException($"{target}: the file cannot be written: {e.Message}", e);
            }

            throw;
        }
    }

    private static ConversionPlan Plan(string source, TensorType wanted)
    {
        // Opened as a model first: what cannot be served is not worth converting, and its refusal names the reason.
        var package = ModelPackage.Open(source);
        if (File.Exists(Path.Combine(source, "config.json")))
        {
            return HuggingFacePlan.Make(source, package, wanted);
        }

        return GgufPlan.Make(GgufFile.Open(Directory.Exists(source) ? Directory.GetFiles(source, "*.gguf")[0] : source), wanted);
    }
}
