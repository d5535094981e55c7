namespace Preble.Hosting;

/// <summary>All models of this process, in the order in which they were given, with different names. A process that only schedules has none.</summary>
public sealed class ServedModels(IReadOnlyList<ServedModel> models)
{
    public IReadOnlyList<ServedModel> All => models;

    /// <summary>The workers of all models; each serves one.</summary>
    public IReadOnlyList<WorkerId> Workers { get; } = [.. models.SelectMany(model => model.Workers)];
}
