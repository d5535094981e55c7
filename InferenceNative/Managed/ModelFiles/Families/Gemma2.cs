namespace Preble.Inference.ModelFiles.Families;

/// <summary>Gemma 2: every second layer has a window; attention scores and logits are bounded softly.</summary>
internal sealed class Gemma2 : Gemma
{
    public override string Name => "Gemma 2";

    public override string HuggingFaceArchitecture => "Gemma2ForCausalLM";

    public override string GgufArchitecture => "gemma2";

    protected override int WindowPeriod => 2;

    protected override int LargestModelLayers => 46;
}
