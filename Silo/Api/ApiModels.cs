namespace Preble.Api;

/// <summary>The models that this front-end serves, by name, in the order in which they were given; at least one.</summary>
internal sealed class ApiModels
{
    private readonly Dictionary<string, ApiModel> _byName;

    /// <exception cref="ArgumentException">Two have one name.</exception>
    public ApiModels(IReadOnlyList<ApiModel> models)
    {
        All = models;
        _byName = models.ToDictionary(model => model.Id.Value, StringComparer.Ordinal);
        Names = string.Join("', '", _byName.Keys);
    }

    public IReadOnlyList<ApiModel> All { get; }

    /// <summary>Their names, for an error message.</summary>
    public string Names { get; }

    /// <summary>The one model of a server that has no other; null when there are several.</summary>
    public ApiModel? Only => All.Count == 1 ? All[0] : null;

    public ApiModel? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);
}
