#pragma once

#include "backends/cpu/kernels.h"
#include "engine/attention_schedule.h"
#include "engine/batch.h"
#include "engine/kv_cache.h"
#include "engine/operator_times.h"
#include "engine/workspace.h"
#include "model/model.h"
#include "runtime/thread_pool.h"

namespace preble {

/// What every operator of a forward pass works on: the model, this step's rows, and the engine's memory.
struct Step {
    const pi_model& model;
    const Batch& batch;
    const KvCache& cache;
    const Workspace& memory;
    const AttentionSchedule& attention;
    ThreadPool& pool;
    OperatorTimes* times = nullptr; // where a measurement wants to know

    const Config& config() const { return model.config; }
    const Kernels& kernels() const { return *model.kernels; }
    int row_count() const { return static_cast<int>(batch.rows().size()); }
};

/// Calls body(row) for all rows, a few at a time on a thread. One row is not worth waking anybody for.
template <class Body>
void for_each_row(ThreadPool& pool, int rows, Body&& body)
{
    constexpr int together = 8;
    pool.run((rows + together - 1) / together, [&](int item, int) {
        const int end = (item + 1) * together < rows ? (item + 1) * together : rows;
        for (int row = item * together; row < end; ++row) {
            body(row);
        }
    });
}

}
