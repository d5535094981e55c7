#pragma once

#include <atomic>
#include <mutex>

#include "runtime/cpu_features.h"
#include "runtime/thread_pool.h"
#include "runtime/turns.h"

namespace preble {

/// What all engines of the process share: the threads, and whose turn it is to use them.
class Runtime {
public:
    /// Lives as long as the process: a thread of a pool that is destroyed at exit could still be inside a step.
    static Runtime& shared()
    {
        static Runtime* const runtime = new Runtime;
        return *runtime;
    }

    /// Asks for a number of threads; 0 means one a core. Takes effect when the next turn begins.
    void request_threads(int count) { requested_.store(count); }

    int wanted_threads() const
    {
        const int requested = requested_.load();
        const int threads = requested > 0 ? requested : available_cores();
        return threads < ThreadPool::max_threads ? threads : ThreadPool::max_threads;
    }

    /// The holder of a turn may use the pool.
    class Turn {
    public:
        explicit Turn(Runtime& runtime) : lock_(runtime.turns_), pool_(runtime.pool_) { pool_.resize(runtime.wanted_threads()); }

        ThreadPool& pool() { return pool_; }

    private:
        std::unique_lock<Turns> lock_;
        ThreadPool& pool_;
    };

private:
    Runtime() : pool_(1) {}

    std::atomic<int> requested_{0};
    Turns turns_;
    ThreadPool pool_;
};

}
