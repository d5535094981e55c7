using System.Globalization;
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

    /// <summary>The library's file as it is now, by length and time of writing: another build has other kernels, whatever it says of itself.</summary>
    /// <exception cref="NativeInferenceException">The library is missing or of another version.</exception>
    public static string BuildIdentity
    {
        get
        {
            NativeLibraryLoader.Ensure();
            return IdentityOf(new FileInfo(NativeLibraryLoader.Path));
        }
    }

    internal static string IdentityOf(FileInfo file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Length} bytes of {file.LastWriteTimeUtc:yyyy-MM-ddTHH:mm:ss}");

    /// <summary>
    /// Keeps in this folder which kernels were measured to be the fastest on this processor, so that the next start need not. To be called before
    /// anything else here; a folder that cannot be written keeps nothing.
    /// </summary>
    public static void KeepChoicesIn(string folder)
    {
        NativeLibraryLoader.Ensure();
        NativeStatus.Check(NativeMethods.pi_runtime_set_cache_folder(folder));
    }

    /// <summary>Threads that compute a step, the caller's included; 0 means one a core. Takes effect at the next step of any engine.</summary>
    public static void SetThreads(int count)
    {
        NativeLibraryLoader.Ensure();
        NativeStatus.Check(NativeMethods.pi_runtime_set_threads(count));
    }
}
