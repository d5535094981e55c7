#pragma once

#include <vector>

#include "bench_case.h"
#include "cpu_clock.h"
#include "engine/operator_times.h"
#include "preble_inference.h"

namespace preble::bench {

/// Throws an Error with the library's sentence when a call failed.
void succeed(int32_t status);

struct RunSettings {
    int32_t vocabulary = 0;
    int32_t kv_type = PI_KV_DEFAULT;
    int32_t step_tokens = 512; // most tokens of a step: a worker's
};

/// One case, ready to be measured again and again in an engine of its own. The model must outlive it.
class CaseRun {
public:
    CaseRun(const pi_model* model, const BenchCase& what, const RunSettings& settings);
    ~CaseRun();
    CaseRun(const CaseRun&) = delete;
    CaseRun& operator=(const CaseRun&) = delete;

    /// What one round takes: the whole prefill, or steps_of_a_round() steps of decode.
    Cost measure();

    /// The same, told apart by operator.
    Cost measure_parts(OperatorTimes& times);

    int steps_of_a_round() const;
    double tokens_of_a_round() const;

private:
    void create_engine(const pi_model* model);
    void lay_out_blocks();
    void prefill(int sequence, int begin, int end);
    void decode(int position);

    const BenchCase case_;
    const RunSettings settings_;
    pi_engine* engine_ = nullptr;
    int round_ = 0;
    int blocks_per_sequence_ = 0;
    std::vector<int32_t> tokens_;
    std::vector<int32_t> blocks_; // a table for each sequence
    std::vector<int32_t> sampled_;
    std::vector<pi_chunk> chunks_;
};

}
