using System.Reflection;
using Orleans.Runtime;

namespace Preble.Hosting.InProcess;

/// <summary>A method that returns a stream. Nothing runs until it is enumerated; every piece runs between the grain's turns, as in Orleans.</summary>
internal sealed class StreamMethod<T>(MethodInfo method) : GrainMethod(method)
{
    public override object Call(InProcessGrains grains, GrainAddress address, object?[] arguments) =>
        new Stream(this, grains, address, arguments);

    private sealed class Stream(StreamMethod<T> method, InProcessGrains grains, GrainAddress address, object?[] arguments)
        : IAsyncEnumerable<T>
    {
        public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
            new Enumerator(method, grains, address, arguments, cancellationToken);
    }

    private sealed class Enumerator(
        StreamMethod<T> method, InProcessGrains grains, GrainAddress address, object?[] arguments, CancellationToken cancellation)
        : IAsyncEnumerator<T>
    {
        private InProcessActivation? _activation;
        private CancellationTokenSource? _linked;
        private IAsyncEnumerator<T>? _inner;

        public T Current { get; private set; } = default!;

        public async ValueTask<bool> MoveNextAsync()
        {
            _activation ??= await StartAsync();
            try
            {
                return await _activation.StreamAsync(NextAsync);
            }
            catch (OperationCanceledException end) when (_activation.Lifetime.IsCancellationRequested && !IsCancelledByReader)
            {
                throw new EnumerationAbortedException($"{address} ended before its stream {method.Name} did.", end);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_inner is not null)
            {
                await _activation!.StreamAsync(EndAsync);
            }

            _linked?.Dispose();
        }

        private bool IsCancelledByReader => cancellation.IsCancellationRequested || method.Cancellation(arguments).IsCancellationRequested;

        private async Task<InProcessActivation> StartAsync()
        {
            var own = method.Cancellation(arguments);
            var activation = await grains.EnterAsync(address, own);
            _linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, own, activation.Lifetime);
            return activation;
        }

        private async Task<bool> NextAsync(object grain)
        {
            var token = _linked!.Token;
            _inner ??= ((IAsyncEnumerable<T>)method.Invoke(grain, method.WithCancellation(arguments, token))).GetAsyncEnumerator(token);
            var more = await _inner.MoveNextAsync();
            Current = more ? _inner.Current : default!;
            return more;
        }

        private async Task<bool> EndAsync(object grain)
        {
            await _inner!.DisposeAsync();
            return true;
        }
    }
}
