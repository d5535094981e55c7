#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace preble {

/// A pool of compute threads: the process's shared one, or an engine's own. The thread that calls run() computes too; the others spin for a few microseconds between
/// loops and then sleep. Items are claimed one at a time, so that a thread the system does not schedule delays nobody but its own item.
/// Only one thread at a time may call run(): the holder of the turn (see Turns), or the engine that owns the pool.
class ThreadPool {
public:
    /// More threads than this are of no use to a step and only cost memory.
    static constexpr int max_threads = 256;

    /// `cores`, when given, has a core for each thread, the first for the caller's, who goes there by itself (see OnCore).
    explicit ThreadPool(int threads, std::vector<int> cores = {});
    ~ThreadPool();

    int threads() const { return static_cast<int>(workers_.size()) + 1; }

    /// Starts or ends workers until there are this many threads, the caller included. Only between loops. Throws PI_OUT_OF_MEMORY when
    /// the system refuses one; then there are no workers.
    void resize(int threads);

    /// Calls body(item, thread) for every item from 0 to count - 1 and returns when all have ended. Bodies must not throw.
    template <class Body>
    void run(int count, Body&& body)
    {
        using Plain = std::remove_reference_t<Body>;
        run_items(count, [](void* context, int item, int thread) { (*static_cast<Plain*>(context))(item, thread); },
                  const_cast<void*>(static_cast<const void*>(&body)));
    }

private:
    using Call = void (*)(void* context, int item, int thread);

    void run_items(int count, Call call, void* context);
    void work(int thread, uint32_t generation_seen);
    bool run_one(uint64_t state, int thread);
    void wake_workers();
    void end_workers();

    // Generation in the upper half, next item in the lower: an item can only be claimed from the loop it belongs to.
    alignas(64) std::atomic<uint64_t> state_{0};
    alignas(64) std::atomic<int32_t> done_{0};
    std::atomic<int32_t> caller_sleeps_{0};
    alignas(64) std::atomic<uint32_t> wake_{0};
    std::atomic<int32_t> sleepers_{0};
    std::atomic<bool> stopping_{false};
    alignas(64) std::atomic<int32_t> count_{0};
    std::atomic<Call> call_{nullptr};
    std::atomic<void*> context_{nullptr};
    const std::vector<int> cores_;
    std::vector<std::thread> workers_;
};

}
