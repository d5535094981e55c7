using System.Reflection;
using System.Runtime.InteropServices;

namespace Preble.Inference.Native;

/// <summary>Finds the native library once, checks its ABI, and says where it looked when there is none. Call <see cref="Ensure"/> before any other native call.</summary>
internal static class NativeLibraryLoader
{
    /// <summary>Names a library file to use instead of the one beside the program.</summary>
    public const string PathVariable = "PREBLE_INFERENCE_LIBRARY";

    private static readonly Lazy<nint> Library = new(Load);

    static NativeLibraryLoader() => NativeLibrary.SetDllImportResolver(
        typeof(NativeLibraryLoader).Assembly, (name, _, _) => name == NativeMethods.Library ? Library.Value : 0);

    private static readonly Lazy<bool> Checked = new(() =>
    {
        AbiCheck.Run();
        return true;
    });

    /// <exception cref="NativeInferenceException">The library is missing, cannot be loaded or is of another version.</exception>
    public static void Ensure() => _ = Library.Value != 0 && Checked.Value;

    /// <summary>Where the library is looked for, in order.</summary>
    internal static IReadOnlyList<string> Candidates(string? named, string programFolder, string assemblyFolder)
    {
        if (!string.IsNullOrEmpty(named))
        {
            // Who names a library wants that one: falling back would hide a typing error.
            return [named];
        }

        var file = OperatingSystem.IsWindows() ? $"{NativeMethods.Library}.dll"
            : OperatingSystem.IsMacOS() ? $"lib{NativeMethods.Library}.dylib"
            : $"lib{NativeMethods.Library}.so";
        return [.. new[] { programFolder, assemblyFolder }.Select(folder => System.IO.Path.Combine(folder, file)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The file that the library is, or would be, loaded from.</summary>
    internal static string Path => FirstOf(Candidates());

    internal static nint LoadFirst(IReadOnlyList<string> candidates)
    {
        var found = FirstOf(candidates);
        try
        {
            return NativeLibrary.Load(found);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Unusable($"at {found} cannot be loaded: {e.Message}", e);
        }
    }

    private static nint Load() => LoadFirst(Candidates());

    private static string FirstOf(IReadOnlyList<string> candidates) => candidates.FirstOrDefault(File.Exists)
        ?? throw Unusable($"was not found; looked for {string.Join(", ", candidates)}. Set {PathVariable} to use another");

    private static IReadOnlyList<string> Candidates()
    {
        var assembly = System.IO.Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location) ?? AppContext.BaseDirectory;
        return Candidates(Environment.GetEnvironmentVariable(PathVariable), AppContext.BaseDirectory, assembly + System.IO.Path.DirectorySeparatorChar);
    }

    private static NativeInferenceException Unusable(string what, Exception? inner = null)
        => new(InferenceStatus.LibraryUnusable, $"The native library {NativeMethods.Library} {what}.", inner);
}
