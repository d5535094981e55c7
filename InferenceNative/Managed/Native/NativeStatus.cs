using System.Runtime.InteropServices;

namespace Preble.Inference.Native;

/// <summary>Turns a status into an exception with the library's own sentence.</summary>
internal static class NativeStatus
{
    public static void Check(int status)
    {
        if (status != (int)InferenceStatus.Ok)
        {
            Throw(status);
        }
    }

    /// <summary>Text that the library owns.</summary>
    public static unsafe string Copy(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private static unsafe void Throw(int status) => throw new NativeInferenceException((InferenceStatus)status, Copy(NativeMethods.pi_last_error()));
}
