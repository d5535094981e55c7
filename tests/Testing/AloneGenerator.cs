namespace Preble.Testing;

/// <summary>
/// The dumb oracle: what the fake model generates for a request that runs alone, without blocks, batches, chunks or cache.
/// </summary>
public static class AloneGenerator
{
    /// <param name="sequenceTokens">The longest prompt plus output.</param>
    public static (List<int> Tokens, FinishReason Finish) Generate(GenerateCommand command, int vocabularySize, int sequenceTokens)
    {
        var (state, kv, length) = (0UL, 0UL, 0);
        foreach (var token in command.Prompt)
        {
            Add(token);
        }

        var output = new List<int>();
        while (true)
        {
            var token = FakeModel.Sample(state, command.Sampling, vocabularySize);
            if (!command.StopTokens.IsDefault && command.StopTokens.Contains(token))
            {
                return (output, FinishReason.Stop);
            }

            output.Add(token);
            Add(token);
            if (output.Count == command.MaxOutputTokens || length == sequenceTokens)
            {
                return (output, FinishReason.Length);
            }
        }

        void Add(int token)
        {
            kv = FakeModel.Kv(kv, token, length++);
            state = FakeModel.Attend(state, kv);
        }
    }
}
