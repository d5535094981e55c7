namespace Preble.Hosting;

/// <summary>The server cannot start. The message is one sentence for the operator; the verb prints it and exits with 1.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
