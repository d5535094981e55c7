using Preble.Fuzz;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.ModelFiles;

/// <summary>What the fuzzer found worth keeping: one input for each way through a reader, and every input that once was a finding.</summary>
public sealed class FuzzCorpusTests
{
    public static TheoryData<string> Targets => [.. ReaderTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus_is_read_or_refused_with_a_sentence(string target)
    {
        var (read, refused) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Goldens, "fuzz", target)))
        {
            var accepted = ReaderTargets.Feed(target, File.ReadAllBytes(file));
            (read, refused) = (read + (accepted ? 1 : 0), refused + (accepted ? 0 : 1));
        }

        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }
}
