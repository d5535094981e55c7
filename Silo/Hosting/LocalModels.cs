using Microsoft.Extensions.Logging;
using Preble.Actors.Workers;

namespace Preble.Hosting;

/// <summary>
/// The models of this process side by side. Each has its own weights, workers and scheduler; nothing of one's cache can be found by another, for
/// schedulers, and with them the prefix index, are one a model.
/// </summary>
public sealed class LocalModels : IWorkerEngines, IDisposable
{
    private readonly IReadOnlyList<LocalModel> _models;
    private readonly Dictionary<WorkerId, LocalModel> _byWorker;

    private LocalModels(IReadOnlyList<LocalModel> models)
    {
        _models = models;
        _byWorker = models.SelectMany(model => model.Served.Workers, (model, worker) => (model, worker)).ToDictionary(pair => pair.worker, pair => pair.model);
        Served = new ServedModels([.. models.Select(model => model.Served)]);
    }

    public ServedModels Served { get; }

    /// <exception cref="StartException">A model is missing, corrupt or too large, or two have one name; one sentence.</exception>
    public static LocalModels Open(ServeOptions options, TimeProvider time, ILogger<LocalModel> log)
    {
        options.Validate();
        var models = new List<LocalModel>();
        try
        {
            for (var index = 0; index < options.Models.Count; index++)
            {
                var model = LocalModel.Open(options, options.Models[index], options.WorkersOf(index), time, log);
                models.Add(model);
                if (models.Count(other => other.Served.Id == model.Served.Id) > 1)
                {
                    throw new StartException($"Two models have the name '{model.Served.Id}'; name one with --model NAME=PATH.");
                }
            }

            return new LocalModels(models);
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
}
