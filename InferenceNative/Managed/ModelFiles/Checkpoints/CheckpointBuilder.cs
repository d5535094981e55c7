namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>Gives every stored tensor its role and checks that none is missing, unknown, of the wrong shape or of an unsupported type.</summary>
internal sealed class CheckpointBuilder(string fileName, ModelConfig config, TensorNaming naming)
{
    private readonly Dictionary<(TensorRole, int), PlacedTensor> _placed = [];

    public IReadOnlyList<PlacedTensor> Build(IEnumerable<StoredTensor> tensors, bool tied)
    {
        foreach (var tensor in tensors)
        {
            Place(tensor);
        }

        if (tied)
        {
            Tie();
        }

        RequireAll(tied);
        return [.. _placed.Values];
    }

    private void Place(StoredTensor tensor)
    {
        var (role, layer) = naming.Find(tensor.Name);
        if (role == TensorRole.None || layer >= config.Layers)
        {
            // A bias or an extra projection that is left out would give wrong answers without any error.
            throw Failure($"the tensor {tensor.Name} has no place in a Llama of {config.Layers} layers");
        }

        if (tensor.Type is not { } type)
        {
            throw Failure($"the tensor {tensor.Name} has the type {tensor.TypeName}, which is not supported: supported are {TensorTypes.Supported}");
        }

        var (rows, columns) = ShapeOf(role);
        var (storedRows, storedColumns) = tensor.Shape.Count == 1 ? (1, tensor.Shape[0]) : (tensor.Shape[0], tensor.Shape[^1]);
        if (tensor.Shape.Count > 2 || storedRows != rows || storedColumns != columns)
        {
            throw Failure($"the tensor {tensor.Name} has the shape {string.Join(" x ", tensor.Shape)} instead of {rows} x {columns}");
        }

        var placed = new PlacedTensor(role, layer, type, tensor.FileIndex, rows, columns, tensor.Offset, tensor.SizeBytes);
        if (!_placed.TryAdd((role, layer), placed))
        {
            throw Failure($"the tensor {tensor.Name} is there twice");
        }
    }

    // Tied weights are stored once, under either name; a second copy would only take memory.
    private void Tie()
    {
        if (_placed.Remove((TensorRole.OutputHead, 0), out var head))
        {
            _placed.TryAdd((TensorRole.TokenEmbedding, 0), head with { Role = TensorRole.TokenEmbedding });
        }
    }

    private void RequireAll(bool tied)
    {
        Require(TensorRole.TokenEmbedding, 0);
        Require(TensorRole.OutputNorm, 0);
        if (!tied)
        {
            Require(TensorRole.OutputHead, 0);
        }

        for (var layer = 0; layer < config.Layers; layer++)
        {
            for (var role = TensorRole.AttentionNorm; role <= TensorRole.FeedForwardDown; role++)
            {
                Require(role, layer);
            }
        }
    }

    private void Require(TensorRole role, int layer)
    {
        if (!_placed.ContainsKey((role, layer)))
        {
            throw Failure($"the tensor {naming.NameOf(role, layer)} is missing");
        }
    }

    private (long Rows, long Columns) ShapeOf(TensorRole role)
    {
        var (query, keyValue) = ((long)config.Heads * config.HeadSize, (long)config.KvHeads * config.HeadSize);
        return role switch
        {
            TensorRole.TokenEmbedding or TensorRole.OutputHead => (config.Vocabulary, config.Hidden),
            TensorRole.Query => (query, config.Hidden),
            TensorRole.Key or TensorRole.Value => (keyValue, config.Hidden),
            TensorRole.AttentionOutput => (config.Hidden, query),
            TensorRole.FeedForwardGate or TensorRole.FeedForwardUp => (config.FeedForward, config.Hidden),
            TensorRole.FeedForwardDown => (config.Hidden, config.FeedForward),
            _ => (1, config.Hidden),
        };
    }

    private ModelFileException Failure(string what) => new($"{fileName}: {what}.");
}
