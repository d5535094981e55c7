using System.CommandLine;
using Preble.Hosting;
using Preble.Inference;
using Preble.Inference.Conversion;

namespace Preble.Commands;

/// <summary><c>preble models</c>: what can be done with model files besides serving them.</summary>
internal static class ModelsCommand
{
    private const double Step = 0.1;

    public static Command Create() => new("models", "Works on model files.") { CreateConvert() };

    private static Command CreateConvert()
    {
        var source = new Argument<string>("source") { HelpName = "SOURCE", Description = "A GGUF file, a folder with one in it, or a Hugging Face folder." };
        var to = new Option<string>("--to")
        {
            HelpName = string.Join('|', ConversionTypes.Names), Description = "The type of the matrices; norms and biases stay floats.", Required = true,
        };
        var target = new Option<string>("--output", "-o") { HelpName = "OUT.gguf", Description = "The file to write.", Required = true };
        var force = new Option<bool>("--force") { Description = "Replaces a file that is there." };
        var command = new Command("convert", """
            Writes a model as GGUF with its weights in another type: bit for bit the weights that `serve --weights` makes of them at load.

            Examples:
              preble models convert model.F16.gguf --to q8_0 -o model.Q8_0.gguf
              preble models convert Qwen3-0.6B/ --to bf16 -o Qwen3-0.6B.BF16.gguf
              preble models convert model.F16.gguf --to q4_0 -o model.Q4_0.gguf --force
            """) { source, to, target, force };
        command.SetAction((arguments, cancellation) => Task.FromResult(Convert(
            arguments.GetValue(source)!, arguments.GetValue(to)!, arguments.GetValue(target)!, arguments.GetValue(force), cancellation)));
        return command;
    }

    private static int Convert(string source, string to, string target, bool force, CancellationToken cancellation)
    {
        if (ConversionTypes.Find(to) is not { } type)
        {
            throw new CommandFailure($"--to must be one of {string.Join(", ", ConversionTypes.Names)}, not '{to}'.");
        }

        var next = Step;
        try
        {
            ModelConverter.Convert(source, type, target, force, Report, cancellation);
        }
        catch (Exception failure) when (ModelText.IsBadModel(failure))
        {
            throw new CommandFailure(failure.Message, failure);
        }

        Console.WriteLine($"{target}: {new FileInfo(target).Length:N0} bytes");
        return 0;

        void Report(double share)
        {
            if (share >= next)
            {
                next = (Math.Floor(share / Step) + 1) * Step;
                Console.Error.WriteLine($"{Path.GetFileName(target)}: {share:P0}");
            }
        }
    }
}
