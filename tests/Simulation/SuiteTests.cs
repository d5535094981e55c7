using System.CommandLine;
using Preble.Commands;
using Preble.Commands.Simulate;
using Preble.Core.Placement.Policies;

namespace Preble.Simulation.Tests;

/// <summary>Nobody looks at a suite for hours: each of its lines must make sense before.</summary>
public sealed class SuiteTests
{
    [Theory]
    [InlineData("paper", 17)]
    [InlineData("rivals", 14)]
    [InlineData("faults", 5)]
    public void Each_line_of_a_suite_is_a_plan_and_quick_is_less_of_the_same(string suite, int plans)
    {
        var (whole, quick) = (Read($"--suite {suite}"), Read($"--suite {suite} --quick"));
        Assert.Equal(plans, whole.Plans.Count);
        Assert.Equal(plans, quick.Plans.Count);
        foreach (var (one, less) in whole.Plans.Zip(quick.Plans))
        {
            Assert.Equal(one.Variants.Select(variant => variant.Name), less.Variants.Select(variant => variant.Name));
            Assert.Equal(one.Workload.Rates[^1], less.Workload.Rates.Single());
            Assert.True(less.Workload.RequestsAt(less.Workload.Rates[0]) <= one.Workload.RequestsAt(one.Workload.Rates[^1]), one.Arguments);
        }
    }

    [Fact]
    public void Every_policy_is_compared_with_the_field_on_every_workload() =>
        Assert.All(Read("--suite rivals").Plans, plan => Assert.Equal(PlacementPolicies.Names.Order(), plan.Variants.Select(variant => variant.Name).Order()));

    [Fact]
    public void What_is_said_beside_a_suite_holds_for_each_of_its_lines()
    {
        var plans = Read("--suite paper --quick --seed 9 --rate 4 --csv x.csv --policies e2").Plans;
        Assert.All(plans, plan => Assert.Equal((9UL, 4.0), (plan.Options.Seed, plan.Workload.Rates.Single())));
        Assert.All(plans, plan => Assert.DoesNotContain("x.csv", plan.Arguments, StringComparison.Ordinal));
    }

    [Fact]
    public void The_steps_of_the_ablation_switch_one_thing_on_after_the_other()
    {
        var plan = Read("--ablation").Plans.Single();
        var options = plan.Variants.Select(variant => variant.Options).ToList();
        Assert.Equal((1.1, 400, 36.0, 4), (plan.Workload.Zipf, plan.Workload.Prefixes, plan.Workload.Rates.Single(), options[0].Workers));
        Assert.Equal(["round-robin", "e2", "e2", "e2", "e2"], options.Select(option => option.Policy));
        Assert.Equal([false, true, true, true], options.Skip(1).Select(option => option.Scheduler is { Rebalance: true, Replicate: true, CopyPrice: 1 }));
        Assert.Equal([false, false, true, true], options.Skip(1).Select(option => option.Scheduler.DecodeHeavyRatio > 0));
        Assert.Equal(["fcfs", "fcfs", "fcfs", "fcfs", "groups"], options.Select(option => option.Discipline));
    }

    [Fact]
    public void A_workload_that_is_meant_for_a_fleet_gets_it_unless_another_is_named()
    {
        var (own, other) = (Read("--workload 37-capacity").Plans[0].Options, Read("--workload 37-capacity --gpu a6000-mistral-7b --workers 3").Plans[0].Options);
        Assert.Equal((4, "h100-llama-3-70b-tp4", 448_600), (own.Workers, own.Gpu.Name, own.Gpu.KvTokens));
        Assert.Equal((3, "a6000-mistral-7b", 198_516), (other.Workers, other.Gpu.Name, other.Gpu.KvTokens));
    }

    [Fact]
    public void A_policy_may_be_run_with_an_option_of_its_own()
    {
        var plan = Read("--policies e2,e2+HotRequests=48+Window=60").Plans.Single();
        Assert.Equal([8, 48], plan.Variants.Select(variant => variant.Options.Scheduler.HotRequests));
        Assert.Contains("no policy 'x'", Assert.Throws<CommandFailure>(() => Read("--policies e2,x")).Message, StringComparison.Ordinal);
        Assert.Contains("no suite", Assert.Throws<CommandFailure>(() => Read("--suite all")).Message, StringComparison.Ordinal);
    }

    private static SimulateRequest Read(string line)
    {
        var (command, arguments) = (new Command("simulate"), new SimulateArguments());
        arguments.AddTo(command);
        return arguments.Read(command.Parse(line));
    }
}
