namespace Preble.Core.Batching.Costs;

/// <summary>
/// A cost model that learns from the steps it predicted: one factor on what prefill costs and one on all else, each moved by its share in the
/// step towards the measured time. A step moves them by no more than if it had taken twice or half the predicted time, so that one outlier
/// does little; a machine that has become slower for good is followed within some ten steps.
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
    private double _prefill;
    private double _decode;
    private double _toldPrefill;
    private double _toldDecode;
    private int _steps;

    public OnlineCostModel(StepCostModel start)
    {
        (_start, Current, Profile) = (start, start, start.ToProfile());
    }

    /// <summary>The model as refined so far.</summary>
    public StepCostModel Current { get; private set; }

    /// <summary>The same, to publish; a new object only when it has changed by something worth telling.</summary>
    public CostProfile Profile { get; private set; }

    /// <summary>Takes in what a step took; a time that cannot be true is passed over.</summary>
    public void Observe(in StepLoad load, double seconds)
    {
        var predicted = Current.Seconds(load);
        if (predicted <= 0 || seconds is not (> 0 and < double.PositiveInfinity))
        {
            return;
        }

        // Factors are kept as logarithms: twice as slow and twice as fast are equally far.
        var error = Math.Clamp(Math.Log(seconds / predicted), -Math.Log(2), Math.Log(2));
        var rate = Math.Max(LastRate, 1 / (_steps + (1 / FirstRate)));
        var prefillShare = Current.PrefillSeconds(load) / predicted;
        var most = Math.Log(MostFactor);
        _prefill = Math.Clamp(_prefill + (rate * prefillShare * error), -most, most);
        _decode = Math.Clamp(_decode + (rate * (1 - prefillShare) * error), -most, most);
        _steps = Math.Min(_steps + 1, 1 << 20);
        Current = _start.Scaled(Math.Exp(_prefill), Math.Exp(_decode));
        if (Math.Abs(_prefill - _toldPrefill) > WorthTelling || Math.Abs(_decode - _toldDecode) > WorthTelling)
        {
            (_toldPrefill, _toldDecode, Profile) = (_prefill, _decode, Current.ToProfile());
        }
    }
}
