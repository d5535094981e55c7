using System.Collections.Frozen;

namespace Preble.Core.Text.Jinja;

/// <summary>Jinja's filters by name.</summary>
internal static class FilterTable
{
    private static readonly FrozenDictionary<string, Builtin> Filters = new[]
    {
        ValueFilters.All, TextFilters.All, SequenceFilters.All, SelectionFilters.All, AggregateFilters.All,
    }.SelectMany(group => group).ToFrozenDictionary(filter => filter.Name);

    public static Builtin? Find(string name) => Filters.GetValueOrDefault(name);
}
