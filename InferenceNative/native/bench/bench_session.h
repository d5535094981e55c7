#pragma once

#include <map>
#include <memory>

#include "bench_options.h"
#include "case_run.h"
#include "figures.h"
#include "machine_peak.h"
#include "model_source.h"

namespace preble::bench {

/// A loaded model and the machine's peaks, which every case is measured against. Peaks are measured when it is made.
class BenchSession {
public:
    explicit BenchSession(const BenchOptions& options);
    ~BenchSession();
    BenchSession(const BenchSession&) = delete;
    BenchSession& operator=(const BenchSession&) = delete;

    Figures measure(const BenchCase& what, int threads) const;

    std::unique_ptr<CaseRun> prepare(const BenchCase& what) const;

    const MachinePeak& peak(int threads) const { return peaks_.at(threads); }
    const std::map<int, MachinePeak>& peaks() const { return peaks_; }
    const std::string& model_name() const { return source_.name; }
    const PeakChoice& choice() const { return choice_; }
    double weight_bytes() const { return weight_bytes_; }

private:
    Work work_of(const BenchCase& what, int steps) const;
    double kv_bytes_per_token() const;

    const BenchOptions& options_;
    const ModelSource source_;
    const ModelSize size_;
    const PeakChoice choice_;
    pi_model* model_ = nullptr;
    double weight_bytes_ = 0;
    std::map<int, MachinePeak> peaks_;
};

}
