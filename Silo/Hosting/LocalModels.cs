using Microsoft.Extensions.Logging;
using Preble.Actors.Workers;
using Preble.Hosting.Fleet;

namespace Preble.Hosting;

/// <summary>
/// The models of this process side by side. Each has its own weights, workers and scheduler; nothing of one's cache can be found by another, for
/// schedulers, and with them the prefix index, are one a model.
/// </summary>
public sealed class LocalModels : IWorkerEngines, IDisposable
{
    private readonly IReadOnlyList<LocalModel> _models;
    private readonly Dictionary<WorkerId, LocalModel> _byWorker;

    private LocalModels(IReadOnlyList<LocalModel> models, ServedModels served)
    {
        (_models, Served) = (models, served);
        _byWorker = models.SelectMany(model => model.Served.Workers, (model, worker) => (model, worker)).ToDictionary(pair => pair.worker, pair => pair.model);
    }

    public ServedModels Served { get; }

    /// <summary>Loads what this process's roles need: weights for workers, texts for a gateway, nothing for a scheduler.</summary>
    /// <exception cref="StartException">A model is missing, corrupt or too large, or two have one name; one sentence.</exception>
    public static LocalModels Open(ServeOptions options, TimeProvider time, ILogger<LocalModel> log)
    {
        options.Validate();
        if (!options.Fleet.Has(SiloRoles.Worker))
        {
            return new LocalModels([], Distinct(options.Fleet.Has(SiloRoles.Gateway) ? [.. options.Models.Select(ModelText.Open)] : []));
        }

        var models = new List<LocalModel>();
        try
        {
            for (var index = 0; index < options.Models.Count; index++)
            {
                models.Add(LocalModel.Open(options, options.Models[index], options.WorkersOf(index), time, log));

                // Before the next one is loaded.
                Distinct([.. models.Select(model => model.Served)]);
            }

            return new LocalModels(models, Distinct([.. models.Select(model => model.Served)]));
        }
        catch
        {
            models.ForEach(model => model.Dispose());
            throw;
        }
    }

    public WorkerEngine Create(WorkerId worker) => _byWorker[worker].Create(worker);

    public void Dispose()
    {
        foreach (var model in _models)
        {
            model.Dispose();
        }
    }

    private static ServedModels Distinct(IReadOnlyList<ServedModel> models) =>
        models.GroupBy(model => model.Id).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new StartException($"Two models have the name '{twice.Key}'; name one with --model NAME=PATH.")
            : new ServedModels(models);
}
