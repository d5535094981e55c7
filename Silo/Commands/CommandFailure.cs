namespace Preble.Commands;

/// <summary>A verb cannot go on, for a reason outside of us. Its one sentence goes to standard error and the exit code is 1.</summary>
internal sealed class CommandFailure(string sentence, Exception? inner = null) : Exception(sentence, inner);
