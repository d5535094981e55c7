using Preble.Core.Radix;
using Preble.Testing;

namespace Preble.Core.Properties.Radix;

/// <summary>
/// The look-up against the dumb version, from one worker to a thousand: what each has and which have the most, after any order of stores,
/// removals, requests, resets. Whole ranges of workers do the same thing, so that nodes are held by few and by many.
/// </summary>
public sealed class RadixMatchProperties
{
    private static readonly int[] Fleets = [1, 3, 64, 65, 130, 1000];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Agrees_on_every_overlap_and_on_the_longest_of_any_fleet(int seed)
    {
        var run = new Run(seed, Fleets[seed % Fleets.Length]);
        for (var step = 0; step < 60; step++)
        {
            run.Step();
            run.Compare();
        }

        run.EndAll();
        Assert.Equal((0, 0), (run.Tree.BlockCount, run.Tree.NodeCount));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Making_nodes_one_changes_neither_what_is_found_nor_what_is_evicted_first(int seed)
    {
        var workers = Fleets[seed % 3];
        var run = new Run(seed, workers, merges: false);
        for (var step = 0; step < 40; step++)
        {
            run.Step();
        }

        var before = Enumerable.Range(0, workers).Select(run.EvictionOrder).ToArray();
        run.MergeAll();
        Assert.Equal(before, Enumerable.Range(0, workers).Select(run.EvictionOrder));
        for (var step = 0; step < 20; step++)
        {
            run.Compare();
            run.Step();
        }
    }

    [Fact]
    public void The_generator_reaches_many_holders_bounds_merges_and_ties()
    {
        var (many, partial, ties) = (0L, 0L, 0L);
        var (merges, bounds) = (0L, 0L);
        for (var seed = 1; seed <= 24; seed++)
        {
            var run = new Run(seed, Fleets[seed % Fleets.Length]);
            for (var step = 0; step < 60; step++)
            {
                run.Step();
                run.Compare();
            }

            (many, partial, ties) = (many + run.Many, partial + run.Partial, ties + run.Ties);
            (merges, bounds) = (merges + run.Tree.Reshaped.Merges, bounds + run.Tree.Reshaped.Bounds);
        }

        Assert.True(many > 50, $"only {many} answers with more than {HolderSet.Few} workers");
        Assert.True(partial > 50, $"only {partial} answers in which workers end in the middle");
        Assert.True(ties > 50, $"only {ties} answers cut off among equals");
        Assert.True(merges > 10, $"only {merges} nodes made one");
        Assert.True(bounds > 5, $"only {bounds} cuts for too many workers with a part");
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 60)];

    private sealed record Request(int Worker, BlockHash[] Prompt, RadixNode Leaf, WorkerCache Cache)
    {
        public bool InFlight { get; set; } = true;

        public bool InWindow { get; set; } = true;

        public bool WorkerGone { get; set; }
    }

    private sealed class Run(int seed, int workers, bool merges = true)
    {
        private const int PromptLength = 40;
        private readonly SeededRandom _random = new((ulong)seed);
        private readonly PlainIndex _model = new(workers);
        private readonly WorkerCache[] _caches = [.. Enumerable.Range(0, workers).Select(slot => new WorkerCache(slot))];
        private readonly List<Request> _requests = [];
        private readonly RadixMatch _match = new();

        public RadixTree Tree { get; } = new() { Merges = merges };

        public long Many { get; private set; }

        public long Partial { get; private set; }

        public long Ties { get; private set; }

        public void Step()
        {
            var prompt = Prompt();
            var first = _random.Below(workers);
            var count = _random.Below(3) == 0 ? _random.Below(workers - first) + 1 : Math.Min(workers - first, 1 + _random.Below(4));
            switch (_random.Below(12))
            {
                case <= 4: StoreRange(first, count, prompt); break;
                case <= 6: RemoveRange(first, count, prompt); break;
                case <= 8: Begin(first, prompt); break;
                case 9: EndOne(_random.Below(Math.Max(1, _requests.Count))); break;
                case 10: ForgetOne(_random.Below(Math.Max(1, _requests.Count))); break;
                default: Reset(first); break;
            }
        }

        public void Compare()
        {
            var prompt = Prompt();
            _match.Find(Tree, prompt);
            var truth = Enumerable.Range(0, workers).Select(worker => _model.Overlap(worker, prompt)).ToArray();
            for (var worker = 0; worker < workers; worker++)
            {
                Assert.Equal(truth[worker], _match.OverlapBlocks(worker));
            }

            var all = new int[workers + _random.Below(3)];
            Array.Fill(all, -1);
            _match.OverlapAll(all);
            Assert.Equal(truth, all[..workers]);
            Assert.All(all[workers..], blocks => Assert.Equal(0, blocks));

            var asked = _random.Below(3) switch { 0 => 1, 1 => 1 + _random.Below(8), _ => workers };
            var found = new WorkerOverlap[asked];
            found = found[.._match.FindLongest(found)];
            var sorted = truth.Where(blocks => blocks > 0).OrderDescending().ToArray();
            Assert.Equal(sorted.Take(asked), found.Select(overlap => overlap.Blocks));
            Assert.Equal(found.Length, found.Select(overlap => overlap.Slot).Distinct().Count());
            Assert.All(found, overlap => Assert.Equal(truth[overlap.Slot], overlap.Blocks));
            Assert.Equal(sorted.FirstOrDefault(), _match.LongestOverlap);
            Many += found.Length > HolderSet.Few ? 1 : 0;
            Partial += sorted.Distinct().Count() > 2 ? 1 : 0;
            Ties += asked < sorted.Length && sorted[asked] == sorted[asked - 1] ? 1 : 0;
        }

        /// <summary>Blocks as the worker would evict them, the first to go first; a prefix loses its end first.</summary>
        public BlockHash[] EvictionOrder(int slot) =>
            [.. _caches[slot].Evictable.SelectMany(holding => holding.Node.Blocks[..holding.Held].ToArray().Reverse())];

        /// <summary>From here on nodes are made one, and all that can be are at once.</summary>
        public void MergeAll()
        {
            Tree.Merges = true;
            foreach (var node in _caches.SelectMany(cache => cache.All()).Select(holding => holding.Node).ToHashSet())
            {
                if (Array.Exists(_caches, cache => cache.All().Exists(holding => holding.Node == node)))
                {
                    Tree.Merge(node);
                }
            }
        }

        public void EndAll()
        {
            while (_requests.Count > 0)
            {
                EndOne(0);
                ForgetOne(0);
            }

            Array.ForEach(_caches, Tree.Clear);
        }

        /// <summary>A few long prompts that part at a few places, and prefixes of them.</summary>
        private BlockHash[] Prompt()
        {
            var letters = new char[PromptLength];
            Array.Fill(letters, 'a');
            for (var part = _random.Below(3); part > 0; part--)
            {
                var at = new[] { 0, 8, 20, 21 }[_random.Below(4)];
                letters[at] = (char)('b' + _random.Below(2));
            }

            var length = _random.Below(2) == 0 ? PromptLength : 1 + _random.Below(PromptLength);
            return PromptBlocks.Of(new string(letters, 0, length));
        }

        private void StoreRange(int first, int count, BlockHash[] prompt)
        {
            var (from, spread) = (_random.Below(4) == 0 ? _random.Below(prompt.Length) : 0, _random.Below(2) == 0);
            for (var worker = first; worker < first + count; worker++)
            {
                var end = spread ? 1 + _random.Below(prompt.Length) : prompt.Length;
                for (var index = from; index < end;)
                {
                    var together = _random.Below(2) == 0 ? end - index : 1 + _random.Below(end - index);
                    Tree.Store(_caches[worker], prompt.AsSpan(index, together), index == 0 ? BlockHash.None : prompt[index - 1]);
                    for (; together > 0; together--)
                    {
                        _model.Store(worker, prompt[index++]);
                    }
                }
            }
        }

        private void RemoveRange(int first, int count, BlockHash[] prompt)
        {
            var (index, last) = (_random.Below(prompt.Length), _random.Below(2) == 0 ? prompt.Length - 1 : 0);
            for (var worker = first; worker < first + count; worker++)
            {
                for (var at = Math.Max(index, last); at >= index; at--)
                {
                    Tree.Remove(_caches[worker], prompt[at]);
                    _model.Remove(worker, prompt[at]);
                }
            }
        }

        private void Begin(int worker, BlockHash[] prompt)
        {
            var leaf = Tree.Insert(prompt, int.MaxValue)!;
            Tree.Begin(leaf, _caches[worker]);
            _requests.Add(new Request(worker, prompt, leaf, _caches[worker]));
            _model.Begin(worker, prompt);
        }

        private void EndOne(int index)
        {
            if (index < _requests.Count && _requests[index] is { InFlight: true } request)
            {
                Tree.End(request.Leaf, request.Cache);
                request.InFlight = false;
                _model.End(request.Worker, request.Prompt);
                RemoveDone(request);
            }
        }

        private void ForgetOne(int index)
        {
            if (index < _requests.Count && _requests[index] is { InWindow: true } request)
            {
                Tree.Forget(request.Leaf, request.WorkerGone ? null : request.Cache);
                request.InWindow = false;
                RemoveDone(request);
            }
        }

        private void RemoveDone(Request request)
        {
            if (request is { InFlight: false, InWindow: false })
            {
                _requests.Remove(request);
            }
        }

        private void Reset(int worker)
        {
            if (_random.Below(2) == 0)
            {
                Tree.Clear(_caches[worker]);
                _model.Clear(worker);
                return;
            }

            Tree.Drop(_caches[worker]);
            _model.Drop(worker);
            foreach (var request in _requests.Where(request => request.Cache == _caches[worker]).ToArray())
            {
                (request.InFlight, request.WorkerGone) = (false, true);
                RemoveDone(request);
            }

            _caches[worker] = new WorkerCache(worker);
        }
    }
}
