using System.Runtime.InteropServices;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Families;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.Conversion;

/// <summary>
/// Plans a Hugging Face folder as a GGUF file. What is written is read back from the plan by the readers of GGUF, and what they say is what must be
/// done to the weights: rows of queries and keys in another order, norms with their one added. A setting that they do not give back is refused.
/// </summary>
internal sealed class HuggingFacePlan
{
    private const int Alignment = 32;
    private const string RopeDivisors = "rope_freqs.weight";

    private readonly string _folder;
    private readonly TensorType _wanted;
    private readonly Checkpoint _checkpoint;
    private readonly GgufEntries _entries = new();
    private readonly ModelFamily _written;
    private readonly ModelConfig _config;
    private readonly float[] _divisors;
    private readonly Dictionary<(TensorRole, int, int), PlacedTensor> _placed;

    private HuggingFacePlan(string folder, TensorType wanted)
    {
        (_folder, _wanted) = (folder, wanted);
        var json = JsonFile.Open(Path.Combine(folder, "config.json"));
        var family = ModelFamilies.Of(json);
        _checkpoint = HuggingFaceCheckpoint.Read(folder);
        _placed = _checkpoint.Tensors.ToDictionary(t => (t.Role, t.Layer, t.Expert));
        var ropes = family.Ropes(json);
        _divisors = GgufModelEntries.Divisors(_checkpoint.Config.HeadSize, ropes[0]);
        GgufModelEntries.Add(_entries, family.GgufArchitecture ?? Llama.Architecture, _checkpoint.Config, ropes);
        (_written, _config) = ReadBack();
    }

    private string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_folder)));

    /// <param name="package">The same folder, opened.</param>
    /// <exception cref="ModelFileException">The folder is no model that can be served, or one that GGUF cannot hold; one sentence.</exception>
    public static ConversionPlan Make(string folder, ModelPackage package, TensorType wanted) => new HuggingFacePlan(folder, wanted).Make(package);

    private ConversionPlan Make(ModelPackage package)
    {
        _entries.Add("general.name", Name);
        _entries.Add(ConversionTypes.FileTypeKey, ConversionTypes.FileType(_wanted));
        GgufTokenizerEntries.Add(_entries, package.Tokenizer, ModelStreams.ReadAll(Path.Combine(_folder, "tokenizer.json")), Name);
        if (package.ChatTemplate is { } template)
        {
            _entries.Add(GgufTokenizerKeys.ChatTemplate, template);
        }

        return new ConversionPlan(_entries.Encode(), [.. Divisors(), .. Tensors()], Alignment);
    }

    private (ModelFamily Family, ModelConfig Config) ReadBack()
    {
        try
        {
            var settings = new GgufSettings(_entries.ToMetadata(Name));
            var family = ModelFamilies.Of(settings);
            var config = family.Read(settings);
            var frequencies = family.Frequencies(settings, config.HeadSize);
            RopeFrequencies.Divide(frequencies, _divisors, Name);
            GgufFidelity.Require(_checkpoint, config, frequencies, Name);
            return (family, config);
        }
        catch (ModelFileException e)
        {
            throw new ModelFileException($"A GGUF file cannot hold this model: {e.Message}", e);
        }
    }

    private IEnumerable<PlannedTensor> Divisors()
        => _divisors.Length == 0 ? []
            : [new PlannedTensor(
                RopeDivisors,
                [_divisors.Length],
                TensorType.F32,
                [new TensorRows("", 0, TensorType.F32, 1) { Content = MemoryMarshal.AsBytes(_divisors.AsSpan()).ToArray() }])];

    private IEnumerable<PlannedTensor> Tensors()
    {
        var names = _written.GgufNames.Written.ToLookup(name => name.Roles[0].IsOfLayer());
        return names[false].SelectMany(name => Plan(name, 0))
            .Concat(Enumerable.Range(0, _config.Layers).SelectMany(layer => names[true].SelectMany(name => Plan(name, layer))));
    }

    // None for a head that is the embedding.
    private IEnumerable<PlannedTensor> Plan(TensorName name, int layer)
    {
        var experts = name.Roles[0].IsOfExpert() ? _config.Experts : 1;
        var parts = Enumerable.Range(0, experts)
            .SelectMany(expert => name.Roles.Select(role => _placed.GetValueOrDefault((role, layer, expert)))).OfType<PlacedTensor>().ToList();
        if (parts.Count == 0)
        {
            yield break;
        }

        var (columns, rows, ggufName) = (parts[0].Columns, parts.Sum(part => part.Rows) / experts, TensorNaming.NameOf(name, layer, 0));
        long[] shape = name.Roles[0].IsVector() ? [columns] : name.Roles[0].IsOfExpert() ? [columns, rows, experts] : [columns, rows];
        var type = ConversionTypes.Of(ggufName, TensorType.F32, _wanted, shape);
        yield return new PlannedTensor(ggufName, shape, type, parts.ConvertAll(Rows));
    }

    private TensorRows Rows(PlacedTensor tensor) => new(_checkpoint.Files[tensor.FileIndex], tensor.Offset, tensor.Type, tensor.Rows)
    {
        ShuffledRows = _config.RopeOrder == RopeOrder.Interleaved && tensor.Role is TensorRole.Query or TensorRole.Key ? _config.HeadSize : 0,
        PlusOne = _checkpoint.Config.NormPlusOne && !_config.NormPlusOne && tensor.Role.IsNorm(),
    };
}
