namespace Preble.Simulation.Workloads;

/// <summary>Draws from n things: the i-th as often as i to the power of −a, or all alike when a is 0.</summary>
internal sealed class Popularity
{
    private readonly double[] _upTo;

    public Popularity(int count, double exponent)
    {
        _upTo = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            sum += Math.Pow(i + 1, -exponent);
            _upTo[i] = sum;
        }
    }

    public int Draw(SimulationRandom random)
    {
        var place = Array.BinarySearch(_upTo, random.Unit() * _upTo[^1]);
        return Math.Min(place < 0 ? ~place : place, _upTo.Length - 1);
    }
}
