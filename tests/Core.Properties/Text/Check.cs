using FsCheck;
using FsCheck.Fluent;

namespace Preble.Core.Properties.Text;

/// <summary>Runs a property with a fixed seed, so that a failure today is a failure tomorrow.</summary>
internal static class Check
{
    public static void That<T>(Gen<T> inputs, Action<T> property, int tests = 500) =>
        Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            property(input);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(1UL, 3UL));
}
