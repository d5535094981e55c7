namespace Preble.Core.Placement.Fleet;

/// <summary>What a worker must be to join a fleet. A wrong one is a mistake of its operator, so it stops there with a sentence.</summary>
public static class RegistrationRules
{
    /// <param name="fleetBlockSize">0 before the first worker; block hashes of different sizes never match, so a fleet has one.</param>
    public static void Check(WorkerRegistration registration, ModelId model, int fleetBlockSize)
    {
        Require(registration.Model == model, registration, $"serves {registration.Model}; this scheduler places requests for {model}");
        Require(registration.BlockSize > 0, registration, $"has blocks of {registration.BlockSize} tokens");
        Require(registration.TotalBlocks > 0, registration, $"has {registration.TotalBlocks} blocks");
        Require(registration.ContextTokens > 0, registration, $"has a context of {registration.ContextTokens} tokens");
        Require(
            fleetBlockSize == 0 || registration.BlockSize == fleetBlockSize,
            registration,
            $"has blocks of {registration.BlockSize} tokens; the fleet has blocks of {fleetBlockSize}");
    }

    private static void Require(bool right, WorkerRegistration registration, string otherwise)
    {
        if (!right)
        {
            throw new ArgumentException($"Worker {registration.Worker} {otherwise}.", nameof(registration));
        }
    }
}
