namespace Preble.Core.Text;

/// <summary>
/// A tokeniser that cannot be used: broken, contradicting itself, or of a kind that is not supported. The message is one sentence.
/// </summary>
public sealed class TokenizerException(string message, Exception? inner = null) : Exception(message, inner);
