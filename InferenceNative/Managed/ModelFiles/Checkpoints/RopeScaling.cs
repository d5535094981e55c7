namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>How a checkpoint stretches its rotary frequencies to a longer context.</summary>
public abstract record RopeScaling
{
    public static RopeScaling None { get; } = new Linear(1);

    public abstract double Apply(double frequency);

    /// <summary>All frequencies alike.</summary>
    public sealed record Linear(double Factor) : RopeScaling
    {
        public override double Apply(double frequency) => frequency / Factor;
    }

    /// <summary>Llama 3.1's: long waves are stretched, short ones stay, and between them one fades into the other.</summary>
    public sealed record Llama3(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, double OriginalContext) : RopeScaling
    {
        public override double Apply(double frequency)
        {
            var wavesInContext = OriginalContext * frequency / (2 * Math.PI);
            if (wavesInContext > HighFrequencyFactor)
            {
                return frequency;
            }

            if (wavesInContext < LowFrequencyFactor)
            {
                return frequency / Factor;
            }

            var kept = (wavesInContext - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
            return (kept * frequency) + ((1 - kept) * frequency / Factor);
        }
    }
}
