namespace Preble.Core.Batching.Costs;

/// <summary>
/// A cost model that learns from the steps it predicted: each coefficient has a factor, which moves towards the measured time by its share in the
/// step. A step moves the prediction by no more than if it had taken twice or half the predicted time, so that one outlier does little; a
/// machine that has become slower for good is followed within some ten steps.
/// </summary>
public sealed class OnlineCostModel
{
    /// <summary>How far a step moves the factors: at first much, then little, for a start value knows nothing of the machine's load.</summary>
    private const double FirstRate = 0.3;

    private const double LastRate = 0.05;

    /// <summary>The most that the factors may differ from the start values.</summary>
    private const double MostFactor = 64;

    /// <summary>A profile is published anew when a factor has moved by more than this since.</summary>
    private const double WorthTelling = 0.02;

    private readonly StepCostModel _start;

    /// <summary>The factor of each coefficient, as a logarithm: twice as slow and twice as fast are equally far.</summary>
    private readonly double[] _factors = new double[StepCostModel.PartCount];
    private readonly double[] _told = new double[StepCostModel.PartCount];
    private int _steps;

    public OnlineCostModel(StepCostModel start)
    {
        (_start, Current, Profile) = (start, start, start.ToProfile());
    }

    /// <summary>The model as refined so far.</summary>
    public StepCostModel Current { get; private set; }

    /// <summary>The same, to publish; a new object only when it has changed by something worth telling.</summary>
    public CostProfile Profile { get; private set; }

    /// <summary>Steps that it has learned from.</summary>
    public int Steps => _steps;

    /// <summary>Takes in what a step took; a time that cannot be true is passed over.</summary>
    public void Observe(in StepLoad load, double seconds)
    {
        var predicted = Current.Seconds(load);
        if (predicted <= 0 || seconds is not (> 0 and < double.PositiveInfinity))
        {
            return;
        }

        Span<double> shares = stackalloc double[StepCostModel.PartCount];
        Current.Parts(load, shares);
        var squares = 0.0;
        foreach (ref var share in shares)
        {
            share /= predicted;
            squares += share * share;
        }

        var error = Math.Clamp(Math.Log(seconds / predicted), -Math.Log(2), Math.Log(2));
        Move(shares, Math.Max(LastRate, 1 / (_steps + (1 / FirstRate))) * error / squares);
        _steps = Math.Min(_steps + 1, 1 << 20);
        Current = _start.Scaled(_factors);
        Tell();
    }

    private void Move(ReadOnlySpan<double> shares, double by)
    {
        var most = Math.Log(MostFactor);
        for (var i = 0; i < shares.Length; i++)
        {
            _factors[i] = Math.Clamp(_factors[i] + (shares[i] * by), -most, most);
        }
    }

    private void Tell()
    {
        var moved = false;
        for (var i = 0; i < _factors.Length; i++)
        {
            moved |= Math.Abs(_factors[i] - _told[i]) > WorthTelling;
        }

        if (moved)
        {
            _factors.CopyTo(_told, 0);
            Profile = Current.ToProfile();
        }
    }
}
