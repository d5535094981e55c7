using Preble.Inference;

namespace Preble.InferenceNative.Tests;

/// <summary>Costs measured with one build of the kernels are not taken for another's.</summary>
public sealed class BuildIdentityTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void The_library_in_use_has_one_and_keeps_it() => Assert.Equal(NativeRuntime.BuildIdentity, NativeRuntime.BuildIdentity);

    [Fact]
    public void Another_length_or_another_time_is_another_build()
    {
        var first = Identity("kernels", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        Assert.Equal(first, Identity("kernels", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc)));
        Assert.NotEqual(first, Identity("kernels!", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc)));
        Assert.NotEqual(first, Identity("kernels", new DateTime(2026, 1, 2, 3, 4, 6, DateTimeKind.Utc)));
    }

    public void Dispose() => File.Delete(_file);

    private string Identity(string content, DateTime written)
    {
        File.WriteAllText(_file, content);
        File.SetLastWriteTimeUtc(_file, written);
        return NativeRuntime.IdentityOf(new FileInfo(_file));
    }
}
