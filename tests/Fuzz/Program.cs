using Preble.Fuzz;

// What tests/Fuzz/run calls; see there.
switch (args)
{
    case ["seeds", var target, var folder]:
        Seeds.Write(target, folder);
        return 0;
    case ["instrument", .. var assemblies]:
        foreach (var assembly in assemblies)
        {
            SharpFuzz.Fuzzer.Instrument(assembly, type => type.StartsWith("Preble.", StringComparison.Ordinal), SharpFuzz.Options.Value);
        }

        return 0;
    case ["feed", var target] when ReaderTargets.Names.Contains(target):
        SharpFuzz.Fuzzer.LibFuzzer.Run(bytes => ReaderTargets.Feed(target, bytes.ToArray()));
        return 0;
    case ["replay", var target, .. var files] when ReaderTargets.Names.Contains(target):
        foreach (var file in files)
        {
            Console.WriteLine($"{file}: {(ReaderTargets.Feed(target, File.ReadAllBytes(file)) ? "read" : "refused")}");
        }

        return 0;
    default:
        Console.Error.WriteLine($"usage: tests/Fuzz/run TARGET [SECONDS]; targets: {string.Join(", ", ReaderTargets.Names)}");
        return 2;
}
