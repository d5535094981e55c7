namespace Preble.Benchmarks.Fleet;

/// <summary>Single figures of one thing, and where among them a share lies.</summary>
internal sealed class Percentiles
{
    private readonly List<double> _values = [];

    public int Count => _values.Count;

    public void Add(double value) => _values.Add(value);

    /// <param name="share">0.5 is the median.</param>
    public double At(double share) =>
        _values.Count == 0 ? double.NaN : _values.Order().ElementAt(Math.Min(_values.Count - 1, (int)(share * _values.Count)));
}
