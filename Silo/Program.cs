using System.CommandLine;
using Preble.Commands;

var root = new RootCommand("""
    Preble.Orleans serves language models and schedules requests by the prompts they share.

    Examples:
      preble serve                                   the embedded model at http://127.0.0.1:8080
      preble serve --model my.gguf --workers 4       another model, four workers with one copy of the weights
      preble chat "How many days has a week?"   one answer, streamed to the console
      preble load --requests 200 --prefixes 4        a load with shared prefixes, and a table of latencies
      preble explain                                 why the last requests went where they went
      preble simulate --workers 4                    a fleet in virtual time, and a table for each placement policy

    The launcher has two verbs more: ./preble test (runs the tests) and ./preble bench (measures the engine beside llama.cpp).
    """)
{
    ServeCommand.Create(),
    ChatCommand.Create(),
    LoadCommand.Create(),
    ExplainCommand.Create(),
    SimulateCommand.Create(),
    ModelsCommand.Create(),
    HealthCommand.Create(),
};

return await CommandRunner.RunAsync(root, args);
