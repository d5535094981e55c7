using Preble.Actors.Workers;
using Preble.Core.Batching;

namespace Preble.Grains.Tests.Workers;

public sealed class TokenStreamTests
{
    [Fact]
    public async Task An_end_from_outside_the_core_keeps_what_the_tokens_before_it_have_said()
    {
        var command = Requests.Of("r", 8, 4);
        var stream = new TokenStream(command, () => { });
        stream.Push(new SequenceOutput(command.Request, 7, null, CachedTokens: 3, QueueSeconds: 0.5, DraftedTokens: 6, AcceptedTokens: 2));
        stream.Push(new SequenceOutput(command.Request, 8, null, CachedTokens: 3, QueueSeconds: 0.5, DraftedTokens: 9, AcceptedTokens: 4));
        stream.End(FinishReason.Drained);

        var chunks = new List<TokenChunk>();
        await foreach (var chunk in stream.ReadAsync(CancellationToken.None))
        {
            chunks.Add(chunk);
        }

        var only = Assert.Single(chunks);
        Assert.Equal([7, 8], only.Tokens.AsEnumerable());
        Assert.Equal((FinishReason.Drained, 3, 0.5, 9, 4), (only.Finish, only.CachedTokens, only.QueueSeconds, only.DraftedTokens, only.AcceptedTokens));
    }
}
