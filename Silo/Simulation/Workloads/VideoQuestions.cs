namespace Preble.Simulation.Workloads;

/// <summary>
/// Video questions (NExT-QA): an instruction, a tokenised video, a question. Table 1: prompts of 9865 ± 5976 tokens, of which the video is 99 %; outputs of
/// 4 ± 1.5. (The authors' own runs cut videos at 8192 tokens; here they are cut by the context only.)
/// </summary>
internal sealed class VideoQuestions(WorkloadOptions options) : SharedPrefixes(options, Shape)
{
    private static readonly SharedPrefixShape Shape = new(
        CommonTokens: 20, Prefix: new(9747, 5976, 30_000), Own: new(98, 30, 512), Output: new(4, 1.5, 16), OutputLimit: 16);
}
