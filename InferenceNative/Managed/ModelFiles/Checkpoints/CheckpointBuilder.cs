namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>Gives every stored tensor its role and checks that none is missing, unknown, of the wrong shape or of an unsupported type.</summary>
internal sealed class CheckpointBuilder(string fileName, ModelConfig config, string family, TensorNaming naming)
{
    private readonly Dictionary<(TensorRole Role, int Layer, int Expert), PlacedTensor> _placed = [];

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
        if (naming.Find(tensor.Name) is not var (name, layer, expert) || layer >= config.Layers || expert >= config.Experts)
        {
            // A bias or an extra projection that is left out would give wrong answers without any error.
            throw Failure($"the tensor {tensor.Name} has no place in a {family} of {config.Layers} layers");
        }

        if (tensor.Type is not { } type)
        {
            throw Failure($"the tensor {tensor.Name} has the type {tensor.TypeName}, which is not supported: supported are {TensorTypes.Supported}");
        }

        var stacked = expert is null && name.Roles[0].IsOfExpert();
        RequireShape(tensor, name.Roles, stacked);
        var (copies, offset) = (stacked ? config.Experts : 1, tensor.Offset);
        var rowBytes = tensor.SizeBytes / (copies * name.Roles.Sum(role => ShapeOf(role).Rows));
        for (var copy = 0; copy < copies; copy++)
        {
            foreach (var role in name.Roles)
            {
                var (rows, columns) = ShapeOf(role);
                Add(tensor.Name, new(role, layer, type, tensor.FileIndex, rows, columns, offset, rows * rowBytes, expert ?? copy));
                offset += rows * rowBytes;
            }
        }
    }

    private void Add(string name, PlacedTensor tensor)
    {
        if (!_placed.TryAdd((tensor.Role, tensor.Layer, tensor.Expert), tensor))
        {
            throw Failure($"the tensor {name} is there twice");
        }
    }

    // The rows of several roles lie one after the other; a stack has a copy of them for each expert.
    private void RequireShape(StoredTensor tensor, TensorRole[] roles, bool stacked)
    {
        var (rows, columns) = (roles.Sum(role => ShapeOf(role).Rows), ShapeOf(roles[0]).Columns);
        long[] expected = stacked ? [config.Experts, rows, columns] : [rows, columns];
        var shape = tensor.Shape.Count == 1 ? [1, tensor.Shape[0]] : tensor.Shape;
        if (!shape.SequenceEqual(expected))
        {
            throw Failure($"the tensor {tensor.Name} has the shape {string.Join(" x ", tensor.Shape)} instead of {string.Join(" x ", expected)}");
        }
    }

    // Tied weights are stored once, under either name; a second copy would only take memory.
    private void Tie()
    {
        if (_placed.Remove((TensorRole.OutputHead, 0, 0), out var head))
        {
            _placed.TryAdd((TensorRole.TokenEmbedding, 0, 0), head with { Role = TensorRole.TokenEmbedding });
        }
    }

    private void RequireAll(bool tied)
    {
        foreach (var role in naming.Roles.Where(role => role != TensorRole.OutputHead || !tied))
        {
            for (var layer = 0; layer < (role.IsOfLayer() ? config.Layers : 1); layer++)
            {
                for (var expert = 0; expert < (role.IsOfExpert() ? config.Experts : 1); expert++)
                {
                    Require(role, layer, expert);
                }
            }
        }
    }

    private void Require(TensorRole role, int layer, int expert)
    {
        if (!_placed.ContainsKey((role, layer, expert)))
        {
            throw Failure($"the tensor {naming.NameOf(role, layer, expert)} is missing");
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
            TensorRole.QueryBias => (1, query),
            TensorRole.KeyBias or TensorRole.ValueBias => (1, keyValue),
            TensorRole.QueryNorm or TensorRole.KeyNorm => (1, config.HeadSize),
            TensorRole.AttentionOutput => (config.Hidden, query),
            TensorRole.Router => (config.Experts, config.Hidden),
            TensorRole.FeedForwardGate or TensorRole.FeedForwardUp or TensorRole.ExpertGate or TensorRole.ExpertUp => (config.FeedForward, config.Hidden),
            TensorRole.FeedForwardDown or TensorRole.ExpertDown => (config.Hidden, config.FeedForward),
            _ => (1, config.Hidden),
        };
    }

    private ModelFileException Failure(string what) => new($"{fileName}: {what}.");
}
