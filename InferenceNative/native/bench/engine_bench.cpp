// Measures the engine on this machine, case by case, against the machine's own peaks. `engine_bench --help` lists the options.
#include <cstdio>
#include <exception>

#include "report.h"
#include "serve.h"

using namespace preble::bench;

namespace {

constexpr BenchCase scaled[] = {{CaseKind::prefill, 512, 0}, {CaseKind::decode, 1, 512}, {CaseKind::decode, 16, 512}};

Results measure(const BenchOptions& options, const BenchSession& session)
{
    Results results;
    const auto one = [&](const BenchCase& what, int threads) {
        const Figures figures = session.measure(what, threads);
        if (!options.json) {
            print_case(figures);
        }
        return figures;
    };
    for (const BenchCase& what : options.cases) {
        results.cases.push_back(one(what, options.threads));
    }
    if (options.standard && options.threads > 1) {
        for (const BenchCase& what : scaled) {
            // Both anew, one right after the other: on a shared machine the minutes differ.
            const Figures alone = one(what, 1);
            results.scaling.push_back({alone, one(what, options.threads)});
        }
    }
    return results;
}

void run(const BenchOptions& options)
{
    const BenchSession session(options);
    if (options.serve) {
        serve(session);
        return;
    }
    if (!options.json) {
        print_heading(options, session);
    }
    const Results results = measure(options, session);
    if (options.json) {
        std::printf("%s\n", to_json(options, session, results).c_str());
    } else {
        print_end(results);
    }
}

}

int main(int count, char** arguments)
{
    try {
        const BenchOptions options = parse_options(count, arguments);
        if (options.help) {
            std::printf("%s", usage);
            return 0;
        }
        run(options);
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "engine_bench: %s\n", failure.what());
        return 1;
    }
}
