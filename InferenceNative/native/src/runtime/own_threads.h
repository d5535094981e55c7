#pragma once

#include <vector>

#include "runtime/cores.h"
#include "runtime/thread_pool.h"

namespace preble {

/// Threads of one engine alone, each on a core that no other engine's threads of this kind are on. The engine's steps then wait for
/// nobody's turn, as if it were a separate device.
class OwnThreads {
public:
    /// Throws PI_INVALID_ARGUMENT when there are not enough free cores.
    explicit OwnThreads(int threads) : cores_(threads), pool_(threads, cores_.numbers) {}

    /// The thread that computes a step is one of the engine's while this lives.
    class Use {
    public:
        explicit Use(OwnThreads& threads) : here_(threads.cores_.numbers[0]), pool_(threads.pool_) {}

        ThreadPool& pool() { return pool_; }

    private:
        OnCore here_;
        ThreadPool& pool_;
    };

private:
    struct TakenCores {
        explicit TakenCores(int count) : numbers(Cores::shared().take(count)) {}
        ~TakenCores() { Cores::shared().give_back(numbers); }
        TakenCores(const TakenCores&) = delete;
        TakenCores& operator=(const TakenCores&) = delete;

        const std::vector<int> numbers;
    };

    TakenCores cores_;
    ThreadPool pool_;
};

}
