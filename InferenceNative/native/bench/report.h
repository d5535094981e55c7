#pragma once

#include <string>
#include <vector>

#include "bench_session.h"

namespace preble::bench {

/// The same case with one thread and with all.
struct Scaling {
    Figures one;
    Figures all;

    double ratio() const { return all.tokens_per_second / one.tokens_per_second; }
};

struct Results {
    std::vector<Figures> cases;
    std::vector<Scaling> scaling;

    /// How many times the attention throughput of the case with sharing switched off the shared one has; 0 when they were not measured.
    double shared_attention() const;
};

// For people, line by line as it comes.
void print_heading(const BenchOptions& options, const BenchSession& session);
void print_case(const Figures& figures);
void print_end(const Results& results);

/// The document of --json; docs/performance.md has its fields.
std::string to_json(const BenchOptions& options, const BenchSession& session, const Results& results);

}
