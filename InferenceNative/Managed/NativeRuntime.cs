using Preble.Inference.Native;

namespace Preble.Inference;

/// <summary>The native library as a whole: one a process.</summary>
public static class NativeRuntime
{
    /// <summary>One line on the processor and the kernels in use.</summary>
    /// <exception cref="NativeInferenceException">The library is missing or of another version.</exception>
    public static unsafe string Description
    {
        get
        {
            NativeLibraryLoader.Ensure();
            return NativeStatus.Copy(NativeMethods.pi_runtime_description());
        }
    }

    /// <summary>Threads that compute a step, the caller's included; 0 means one a core. Takes effect at the next step of any engine.</summary>
    public static void SetThreads(int count)
    {
        NativeLibraryLoader.Ensure();
        NativeStatus.Check(NativeMethods.pi_runtime_set_threads(count));
    }
}
