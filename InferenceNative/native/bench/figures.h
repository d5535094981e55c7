#pragma once

#include <string>
#include <vector>

#include "bench_case.h"
#include "bench_options.h"
#include "cpu_clock.h"
#include "machine_peak.h"
#include "model_source.h"

namespace preble::bench {

/// What a round of a case must do, whoever does it: a multiply-add is two operations, and every weight and key is read once a step.
struct Work {
    double tokens = 0;
    double linear = 0;    // operations
    double head = 0;
    double attention = 0;
    double bytes = 0;
};

/// A part of a round's time. `of_peak` is 0 where nothing is multiplied.
struct Part {
    const char* name;
    double share = 0;      // of the processor time
    double operations = 0; // a second of this part, by processor time of a thread
    double of_peak = 0;
};

/// Of one case with one number of threads. Rates are by the clock, fractions by processor time.
struct Figures {
    BenchCase what;
    int threads = 0;
    double seconds = 0; // of a round, median
    double cpu_seconds = 0; // of one thread
    double tokens_per_second = 0; // median, and the slowest and fastest round
    double slowest = 0;
    double fastest = 0;
    double operations = 0; // a second
    double bytes = 0;
    double of_compute = 0; // the time that the peaks would take, by the time taken
    double of_bandwidth = 0;
    std::vector<Part> parts;

    const char* bound() const { return of_compute > of_bandwidth ? "compute" : "bandwidth"; }
};

/// Which peaks a model's linear layers are measured by.
struct PeakChoice {
    PeakChoice(const ModelSize& size, pi_weights weights);

    double linear(const MachinePeak& peak) const;
    std::string name;

private:
    std::vector<PeakKind> kinds_; // the fastest of these counts
};

double median(std::vector<double> values);

}
