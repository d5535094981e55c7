using Preble.Inference.Native;

namespace Preble.InferenceNative.Tests.Engine;

public sealed class NativeLibraryTests
{
    [Fact]
    public void A_missing_library_is_reported_with_every_place_that_was_searched()
    {
        var candidates = NativeLibraryLoader.Candidates(named: null, programFolder: "/program/", assemblyFolder: "/assembly/");

        var error = Assert.Throws<NativeInferenceException>(() => NativeLibraryLoader.LoadFirst(candidates));

        Assert.Equal(InferenceStatus.LibraryUnusable, error.Status);
        Assert.Equal(
            "The native library preble_inference was not found; looked for /program/libpreble_inference.so, /assembly/libpreble_inference.so. "
            + "Set PREBLE_INFERENCE_LIBRARY to use another.",
            error.Message);
    }

    [Fact]
    public void A_named_library_is_the_only_one_that_is_tried()
        => Assert.Equal(["/mine.so"], NativeLibraryLoader.Candidates("/mine.so", "/program/", "/assembly/"));

    [Fact]
    public void A_file_that_is_no_library_is_reported()
    {
        var path = typeof(NativeLibraryTests).Assembly.Location;

        var error = Assert.Throws<NativeInferenceException>(() => NativeLibraryLoader.LoadFirst([path]));

        Assert.StartsWith($"The native library preble_inference at {path} cannot be loaded: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_ABI_version_is_refused()
    {
        var error = Assert.Throws<NativeInferenceException>(() => AbiCheck.Compare(AbiCheck.Version + 1, []));

        var (library, program) = (AbiCheck.Version + 1, AbiCheck.Version);
        Assert.Equal(
            $"The native library preble_inference has ABI version {library} where this program needs {program}; build both from the same source.",
            error.Message);
    }

    [Fact]
    public void A_struct_of_another_size_is_named()
    {
        var error = Assert.Throws<NativeInferenceException>(() => AbiCheck.Compare(AbiCheck.Version, [new("pi_chunk", 96, 88)]));

        Assert.Equal(
            "The native library preble_inference has a pi_chunk of 96 bytes where this program has 88; build both from the same source.", error.Message);
    }
}
