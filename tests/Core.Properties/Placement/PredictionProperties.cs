using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <summary>
/// Between a placement and the worker's own word the prompt counts as resident. Here no worker ever says anything: each prediction ends by
/// itself, on time, and none outlives its worker.
/// </summary>
public sealed class PredictionProperties
{
    private static readonly SchedulerOptions Options = new()
    {
        WorkerTimeout = TimeSpan.FromHours(10),
        BookingTimeout = TimeSpan.FromSeconds(30),
        ResidencyGrace = TimeSpan.FromSeconds(3),
        Window = TimeSpan.FromSeconds(20),
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_prediction_that_no_worker_confirms_ends_with_its_booking_its_grace_or_its_worker(int seed)
    {
        var run = new Run(seed);
        for (var step = 0; step < 300; step++)
        {
            run.Step();
            run.Check();
        }

        run.End();
    }

    [Fact]
    public void The_generator_reaches_each_end()
    {
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var run in Enumerable.Range(1, 20).Select(seed => new Run(seed)))
        {
            for (var step = 0; step < 300; step++)
            {
                run.Step();
            }

            foreach (var (end, count) in run.Ends)
            {
                ends[end] = ends.GetValueOrDefault(end) + count;
            }
        }

        Assert.All(["grace", "failure", "loss", "time-out"], end => Assert.True(ends.GetValueOrDefault(end) > 50, $"only {ends.GetValueOrDefault(end)} by {end}"));
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    private sealed class Run(int seed)
    {
        private readonly SeededRandom _random = new((ulong)seed);
        private readonly SchedulerRig _rig = new(3, options: Options);
        private readonly List<Prediction> _predictions = [];
        private int _requests;
        private long _epochs = 1;

        public Dictionary<string, int> Ends { get; } = [];

        public void Step()
        {
            _rig.Now += TimeSpan.FromSeconds(_random.Below(3) == 0 ? _random.Below(6) : 0);
            RunOut();
            var open = _predictions.Where(prediction => prediction.Until is null).ToArray();
            switch (_random.Below(12))
            {
                case <= 5:
                    Place();
                    break;
                case <= 8 when open.Length > 0:
                    var done = _random.Pick(open);
                    _rig.Complete(done.Ticket, done.Prompt.Length, 3);
                    done.Until = _rig.Now + Options.ResidencyGrace;
                    break;
                case 9 when open.Length > 0:
                    var failed = _random.Pick(open);
                    _rig.Complete(failed.Ticket, failed.Prompt.Length, 0, succeeded: false);
                    End(failed, "failure");
                    break;
                case 10 when _random.Chance(0.3):
                    Lose($"w{_random.Below(3)}");
                    break;
                default:
                    _rig.Core.Tick(_rig.Now);
                    break;
            }
        }

        public void Check()
        {
            var (prompt, worker) = (Prompt() + "!", _random.Below(3));
            var expected = _predictions.Where(prediction => prediction.Ticket.Worker.Value == $"w{worker}")
                .Select(prediction => prompt.Zip(prediction.Prompt).TakeWhile(pair => pair.First == pair.Second).Count())
                .DefaultIfEmpty(0).Max();
            Assert.Equal(expected, Probe(prompt, worker));
            _rig.Core.Audit();
        }

        public void End()
        {
            _rig.Now += Options.BookingTimeout;
            Assert.Equal(0, _rig.IndexedBlocks);
        }

        /// <summary>Places a request there and takes it back at once.</summary>
        private int Probe(string prompt, int worker)
        {
            var ticket = Ticket(prompt, worker);
            _rig.Complete(ticket, prompt.Length, 0, succeeded: false);
            return ticket.HitTokens;
        }

        private void Place()
        {
            var prompt = Prompt();
            _predictions.Add(new Prediction(Ticket(prompt, _random.Below(3)), prompt, _rig.Now));
        }

        private PlacementTicket Ticket(string prompt, int worker) =>
            _rig.Ticket($"r{_requests++}", prompt, 5, [.. Enumerable.Range(0, 3).Where(other => other != worker).Select(other => $"w{other}")]);

        private void Lose(string worker)
        {
            _rig.Core.Lose(new WorkerId(worker), _rig.Now);
            foreach (var lost in _predictions.Where(prediction => prediction.Ticket.Worker.Value == worker).ToArray())
            {
                End(lost, "loss");
            }

            _rig.Register(worker, ++_epochs);
        }

        private void RunOut()
        {
            foreach (var prediction in _predictions.ToArray())
            {
                if (prediction.Until is { } until ? _rig.Now >= until : _rig.Now - prediction.At >= Options.BookingTimeout)
                {
                    End(prediction, prediction.Until is null ? "time-out" : "grace");
                }
            }
        }

        private void End(Prediction prediction, string how)
        {
            _predictions.Remove(prediction);
            Ends[how] = Ends.GetValueOrDefault(how) + 1;
        }

        private string Prompt() => new([.. Enumerable.Range(0, 1 + _random.Below(12)).Select(_ => (char)('a' + _random.Below(2)))]);
    }

    private sealed class Prediction(PlacementTicket ticket, string prompt, TimeSpan at)
    {
        public PlacementTicket Ticket => ticket;

        public string Prompt => prompt;

        public TimeSpan At => at;

        /// <summary>When its grace ends; null while it is in flight.</summary>
        public TimeSpan? Until { get; set; }
    }
}
