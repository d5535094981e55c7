namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>The name of a tensor with a star for every number in it: first the layer's, then the expert's.</summary>
/// <param name="Roles">What it is for; several when their rows lie one after the other in one tensor.</param>
public sealed record TensorName(string Pattern, params TensorRole[] Roles);
