namespace Preble.Inference.Native;

/// <summary>What the native library answers: pi_status, and what can go wrong before it answers at all. Numbers are frozen.</summary>
public enum InferenceStatus
{
    Ok = 0,

    /// <summary>A value out of range; nothing was changed.</summary>
    InvalidArgument = 1,

    /// <summary>Tensors missing, of the wrong shape, or outside their file.</summary>
    InvalidModel = 2,

    /// <summary>A type or feature that this build has not got.</summary>
    Unsupported = 3,

    OutOfMemory = 4,

    /// <summary>A file cannot be opened or mapped.</summary>
    FileFailure = 5,

    /// <summary>A bug: the engine is no longer to be trusted.</summary>
    Internal = 6,

    /// <summary>The library is not there, or is of another version than this program.</summary>
    LibraryUnusable = -1,
}
