namespace Preble.Simulation;

/// <summary>A published regression: the seconds of a step.</summary>
internal abstract class StepCurve
{
    /// <param name="tokens">Tokens computed.</param>
    /// <param name="context">All tokens attended to, the computed ones included.</param>
    public abstract double PrefillSeconds(int tokens, int context);

    /// <param name="batch">Sequences that decode a token each.</param>
    /// <param name="context">Tokens attended to, over all of them.</param>
    public abstract double DecodeSeconds(int batch, long context);
}

/// <summary>
/// Mistral-7B on an A6000 with FlashInfer: the one the authors' scheduler uses. As published it is negative from 361 to 383 tokens; between 192 and 384
/// it is a straight line here, and so it never falls.
/// </summary>
internal sealed class A6000Curve : StepCurve
{
    private const double Efficiency = 0.9;
    private const double FlatMilliseconds = 22;

    public override double PrefillSeconds(int tokens, int context) =>
        (Linear(tokens) + Attention(context, tokens) + Quadratic(tokens, context)) / Efficiency / 1000;

    public override double DecodeSeconds(int batch, long context) => (Linear(batch) + Attention(context, tokens: int.MaxValue)) / Efficiency / 1000;

    internal static double Attention(long context, int tokens)
    {
        var milliseconds = (1.86e-4 * context) + 0.159;
        return context <= 1024 ? 0.32 : tokens <= 1024 ? milliseconds / 2 : milliseconds;
    }

    private static double Linear(int tokens) => tokens switch
    {
        < 192 => FlatMilliseconds,
        < 384 => FlatMilliseconds + ((tokens - 192) * (Slope(384) - FlatMilliseconds) / 192),
        _ => Slope(tokens),
    };

    private static double Slope(int tokens) => (0.10842571 * tokens) + 4.209777054806409;

    private static double Quadratic(int tokens, int context) => (long)tokens * context > 1024 * 1024
        ? (1.13e-3 * tokens) + (1.75e-3 * context) + (2.19e-6 * tokens * context)
        : 0;
}

/// <summary>Mistral-7B on an A100.</summary>
internal sealed class A100Curve : StepCurve
{
    private const double Efficiency = 0.85;

    public override double PrefillSeconds(int tokens, int context)
    {
        var attention = (long)tokens * context >= 1024 * 1024
            ? 0.12386358316396695 - (7.45358651e-4 * tokens) + (1.72022673e-3 * context) + (1.36265841e-6 * tokens * context)
            : A6000Curve.Attention(context, tokens);
        return (Linear(tokens) + attention) / Efficiency / 1000;
    }

    public override double DecodeSeconds(int batch, long context) =>
        (Linear(batch) + A6000Curve.Attention(context, tokens: int.MaxValue)) / Efficiency / 1000;

    private static double Linear(int tokens) => tokens < 64 ? 8.96 : tokens < 256 ? 10.5 : (0.05031337 * tokens) + 5.505996896412796;
}

/// <summary>
/// Llama-3-70B on four H100: the published regression is for two. Its terms are halved, and 15 % are lost to the exchange between the GPUs: an assumption.
/// The regression is of prefill only; what a decode pays for its context is the KV cache read at 80 % of the memory's bandwidth.
/// </summary>
internal sealed class H100Tp4Curve : StepCurve
{
    private const double Scale = 0.5 / 0.85 / 1000;

    /// <summary>Bytes of KV a token over bytes a second of four GPUs.</summary>
    private const double ReadSeconds = 327_680 / (0.8 * 4 * 3.35e12);

    public override double PrefillSeconds(int tokens, int context) =>
        Scale * (18.667307208113755 + (7.98791064e-2 * tokens) + (2.68531603e-3 * context) + (7.44344923e-7 * tokens * context));

    public override double DecodeSeconds(int batch, long context) =>
        (Scale * (18.667307208113755 + (7.98791064e-2 * batch))) + (ReadSeconds * context);
}

/// <summary>
/// Qwen3-32B on two H100: nobody has published a regression. That of Llama-3-70B on the same two GPUs is scaled: what goes with the weights by 32.8 / 70.6
/// parameters, what goes with the context by 64 / 80 layers. An assumption.
/// </summary>
internal sealed class H100Qwen32Curve : StepCurve
{
    private const double Weights = 32.8 / 70.6 / 1000;
    private const double Layers = 64.0 / 80 / 1000;

    /// <summary>Bytes of KV a token over bytes a second of two GPUs.</summary>
    private const double ReadSeconds = 262_144 / (0.8 * 2 * 3.35e12);

    public override double PrefillSeconds(int tokens, int context) =>
        (Weights * (18.667307208113755 + (7.98791064e-2 * tokens))) + (Layers * ((2.68531603e-3 * context) + (7.44344923e-7 * tokens * context)));

    public override double DecodeSeconds(int batch, long context) =>
        (Weights * (18.667307208113755 + (7.98791064e-2 * batch))) + (ReadSeconds * context);
}
