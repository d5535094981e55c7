namespace Preble.Api;

/// <summary>Every kind of error a client can get.</summary>
internal enum ApiErrorKind
{
    MalformedBody,
    WrongType,
    MissingParameter,
    InvalidValue,
    Unsupported,
    ContextExceeded,
    InvalidApiKey,
    UnknownModel,
    UnknownPlacement,
    UnknownRoute,
    WrongMethod,
    BodyTooLarge,
    QueueFull,
    NoWorker,
    NoScheduler,
    Draining,
    SlowReader,
    TimedOut,
    WorkerFailed,
    Internal,
}
