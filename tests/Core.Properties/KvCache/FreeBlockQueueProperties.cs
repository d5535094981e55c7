using FsCheck;
using FsCheck.Fluent;
using Preble.Core.KvCache;
using Preble.Core.KvCache.Eviction;

namespace Preble.Core.Properties.KvCache;

public sealed class FreeBlockQueueProperties
{
    [Fact]
    public void Agrees_with_a_plain_list_for_any_sequence_of_operations()
    {
        var middleRemovals = 0;
        Prop.ForAll(Gen.Choose(0, 999).ArrayOf().ToArbitrary(), operations =>
        {
            var blocks = Enumerable.Range(0, 8).Select(id => new Block(id)).ToArray();
            var queue = new FreeBlockQueue();
            var model = new List<Block>();
            foreach (var operation in operations)
            {
                var block = blocks[operation % blocks.Length];
                if (operation % 3 == 0 && model.Count > 0)
                {
                    Assert.Same(model[0], queue.TakeLeastRecentlyUsed());
                    model.RemoveAt(0);
                }
                else if (model.Contains(block))
                {
                    middleRemovals += model.IndexOf(block) > 0 ? 1 : 0;
                    queue.Remove(block);
                    model.Remove(block);
                }
                else if (operation % 5 == 0)
                {
                    queue.Prepend(block);
                    model.Insert(0, block);
                }
                else
                {
                    queue.Append(block);
                    model.Add(block);
                }

                Assert.Equal(model.Select(each => each.Id), queue.Ids());
                Assert.Equal(model.Count, queue.Count);
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(1UL, 3UL));
        Assert.True(middleRemovals > 50, $"only {middleRemovals} removals from the middle: the generator misses the point");
    }
}
