namespace Preble.Simulation;

/// <summary>Sums over stretches of virtual time, for several rows: as many stretches however long a run is, for they double when time runs out of them.</summary>
internal sealed class TimeBuckets
{
    private const int Most = 96;

    private readonly double[][] _rows;

    public TimeBuckets(int rows)
    {
        _rows = new double[rows][];
        for (var i = 0; i < rows; i++)
        {
            _rows[i] = new double[Most];
        }
    }

    /// <summary>Seconds of a stretch.</summary>
    public double Width { get; private set; } = 1;

    /// <summary>Stretches up to the last one that got anything.</summary>
    public int Count { get; private set; }

    public int Rows => _rows.Length;

    public double this[int row, int bucket] => _rows[row][bucket];

    public void Add(int row, TimeSpan at, double value)
    {
        while (at.TotalSeconds >= Most * Width)
        {
            Double();
        }

        var bucket = (int)(at.TotalSeconds / Width);
        _rows[row][bucket] += value;
        Count = Math.Max(Count, bucket + 1);
    }

    private void Double()
    {
        foreach (var row in _rows)
        {
            for (var i = 0; i < Most; i++)
            {
                row[i] = i < Most / 2 ? row[2 * i] + row[(2 * i) + 1] : 0;
            }
        }

        (Width, Count) = (2 * Width, (Count + 1) / 2);
    }
}
