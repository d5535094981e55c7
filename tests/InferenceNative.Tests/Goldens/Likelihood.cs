namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>Sums up how well logits foretell a sequence: the mean negative log-likelihood of each token after the first.</summary>
internal sealed class Likelihood(int[] ids)
{
    private double _sum;
    private int _count;

    public double MeanNll => _sum / _count;

    public void Add(int position, float[] logits)
    {
        if (position + 1 < ids.Length)
        {
            _sum += LogSumExp(logits) - logits[ids[position + 1]];
            _count++;
        }
    }

    public static double LogSumExp(float[] logits)
    {
        var highest = logits.Max();
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += MathF.Exp(logit - highest);
        }

        return highest + Math.Log(sum);
    }
}
