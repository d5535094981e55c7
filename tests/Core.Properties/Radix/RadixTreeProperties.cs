using Preble.Core.Radix;
using Preble.Testing;

namespace Preble.Core.Properties.Radix;

/// <summary>
/// The tree against the dumb version, for any order of events: a vocabulary of two letters makes prompts share, part and overlap.
/// </summary>
public sealed class RadixTreeProperties
{
    private const int Workers = 3;
    private static readonly string[] Prompts = [.. AllPrompts()];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Agrees_with_sets_of_blocks_for_any_order_of_events(int seed)
    {
        var run = new Run(seed);
        for (var step = 0; step < 300; step++)
        {
            run.Step();
            run.Compare(run.SomePrompts());
        }

        run.Compare(Prompts);
        run.EndAll();
        Assert.Equal(0, run.Tree.BlockCount);
        Assert.Equal(0, run.Tree.NodeCount);
    }

    [Fact]
    public void The_generator_reaches_holes_orphans_and_cuts()
    {
        var reached = new Counts();
        for (var seed = 1; seed <= 20; seed++)
        {
            var run = new Run(seed);
            for (var step = 0; step < 300; step++)
            {
                run.Step();
                run.Compare(run.SomePrompts());
            }

            reached.Add(run.Counts);
        }

        Assert.True(reached.Holes > 50, $"only {reached.Holes} removals of a block whose child stays");
        Assert.True(reached.Orphans > 50, $"only {reached.Orphans} blocks stored before their parents");
        Assert.True(reached.Dropped > 50, $"only {reached.Dropped} workers dropped with requests");
        Assert.True(reached.PartialMatches > 50, $"only {reached.PartialMatches} prompts matched in part");
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 100)];

    private static IEnumerable<string> AllPrompts() =>
        from length in Enumerable.Range(1, 6)
        from bits in Enumerable.Range(0, 1 << length)
        select string.Concat(Enumerable.Range(0, length).Select(index => (bits >> index & 1) == 0 ? 'a' : 'b'));

    private sealed class Counts
    {
        public int Holes { get; set; }

        public int Orphans { get; set; }

        public int Dropped { get; set; }

        public int PartialMatches { get; set; }

        public void Add(Counts other)
        {
            Holes += other.Holes;
            Orphans += other.Orphans;
            Dropped += other.Dropped;
            PartialMatches += other.PartialMatches;
        }
    }

    private sealed record Request(int Worker, BlockHash[] Prompt, RadixNode Leaf, WorkerCache Cache)
    {
        public bool InFlight { get; set; } = true;

        public bool WorkerGone { get; set; }
    }

    private sealed class Run(int seed)
    {
        private readonly SeededRandom _random = new((ulong)seed);
        private readonly PlainIndex _model = new(Workers);
        private readonly WorkerCache[] _caches = [.. Enumerable.Range(0, Workers).Select(slot => new WorkerCache(slot))];
        private readonly List<Request> _requests = [];
        private readonly RadixMatch _match = new();

        public RadixTree Tree { get; } = new();

        public Counts Counts { get; } = new();

        public void Step()
        {
            var worker = _random.Below(Workers);
            var prompt = PromptBlocks.Of(Prompts[_random.Below(Prompts.Length)]);
            var index = _random.Below(prompt.Length);
            switch (_random.Below(12))
            {
                case <= 3:
                    StoreRun(worker, prompt, from: _random.Below(3) == 0 ? index : 0);
                    break;
                case <= 6:
                    Remove(worker, prompt, index);
                    break;
                case <= 8:
                    Begin(worker, prompt);
                    break;
                case 9:
                    Forget();
                    break;
                case 10:
                    EndOne();
                    break;
                default:
                    Reset(worker);
                    break;
            }
        }

        public string[] SomePrompts() => [_random.Pick(Prompts), _random.Pick(Prompts), _random.Pick(Prompts)];

        public void Compare(string[] prompts)
        {
            foreach (var text in prompts)
            {
                var prompt = PromptBlocks.Of(text);
                _match.Find(Tree, prompt);
                Counts.PartialMatches += _match.KnownBlocks > 0 && _match.KnownBlocks < prompt.Length ? 1 : 0;
                for (var worker = 0; worker < Workers; worker++)
                {
                    Assert.Equal(_model.Overlap(worker, prompt), _match.OverlapBlocks(worker));
                }
            }

            for (var worker = 0; worker < Workers; worker++)
            {
                Assert.Equal(_model.HeldBlocks(worker), _caches[worker].HeldBlocks);
                Assert.Equal(_model.ResidentBlocks(worker), _caches[worker].ResidentBlocks);
            }

            Assert.True(Tree.BlockCount >= _model.Needed().Count, "the tree forgot a block that is needed");
        }

        public void EndAll()
        {
            while (_requests.Count > 0)
            {
                EndOne();
                Forget();
            }

            Array.ForEach(_caches, Tree.Clear);
        }

        private void StoreRun(int worker, BlockHash[] prompt, int from)
        {
            var together = _random.Below(2) == 0;
            for (var index = from; index < prompt.Length;)
            {
                var parent = index == 0 ? BlockHash.None : prompt[index - 1];
                Counts.Orphans += index == from && index > 0 && !_model.Needed().Contains(parent) ? 1 : 0;
                var count = together ? prompt.Length - index : 1;
                Tree.Store(_caches[worker], prompt.AsSpan(index, count), parent);
                for (; count > 0; count--)
                {
                    _model.Store(worker, prompt[index++]);
                }
            }
        }

        private void Remove(int worker, BlockHash[] prompt, int index)
        {
            var hasChild = index + 1 < prompt.Length && _model.Holds(worker, prompt[index + 1]);
            Counts.Holes += hasChild && _model.Holds(worker, prompt[index]) ? 1 : 0;
            Tree.Remove(_caches[worker], prompt[index]);
            _model.Remove(worker, prompt[index]);
        }

        private void Begin(int worker, BlockHash[] prompt)
        {
            var leaf = Tree.Insert(prompt, int.MaxValue)!;
            Tree.Begin(leaf, _caches[worker]);
            _requests.Add(new Request(worker, prompt, leaf, _caches[worker]));
            _model.Begin(worker, prompt);
            _model.Window.Add(prompt);
        }

        private void EndOne()
        {
            if (_requests.Find(request => request.InFlight) is { } request)
            {
                Tree.End(request.Leaf, request.Cache);
                request.InFlight = false;
                _model.End(request.Worker, request.Prompt);
            }
        }

        private void Forget()
        {
            if (_requests.FindIndex(request => !request.InFlight) is var index and >= 0)
            {
                var request = _requests[index];
                Tree.Forget(request.Leaf, request.WorkerGone ? null : request.Cache);
                _requests.RemoveAt(index);
                _model.Window.Remove(request.Prompt);
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
            foreach (var request in _requests.Where(request => request.Cache == _caches[worker]))
            {
                Counts.Dropped += request.InFlight ? 1 : 0;
                (request.InFlight, request.WorkerGone) = (false, true);
            }

            _caches[worker] = new WorkerCache(worker);
        }
    }
}
