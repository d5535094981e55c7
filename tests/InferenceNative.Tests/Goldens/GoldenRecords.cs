using System.Text.Json;

namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>One prompt with its greedy continuation; a margin is the first choice's logit minus the second's.</summary>
internal sealed record GreedyGolden(string Name, int[] PromptIds, int[] OutputIds, double[] Margins);

/// <summary>A whole sequence with what PyTorch computed at some positions.</summary>
internal sealed record LogitsGolden(string Name, int[] Ids, int FullLogitsPosition, PositionGolden[] Positions, double MeanNll);

/// <summary>The highest logits of one position as pairs of id and logit.</summary>
internal sealed record PositionGolden(int Position, double[][] Top, double Mean, double Logsumexp);

/// <summary>A prompt of a tiny random model.</summary>
internal sealed record TinyGolden(string Text, int[] PromptIds, int[] OutputIds, double[] Margins, float[] LogitsLast, double[][] LogitsFirstTop, double MeanNll);

/// <summary>The tiny GGUF model in several types, by file name.</summary>
internal sealed record TinyGgufGolden(int[] PromptIds, Dictionary<string, TinyGgufFileGolden> Files);

internal sealed record TinyGgufFileGolden(Dictionary<string, JsonElement> Tensors, float[] LogitsLast, double MeanNll);
