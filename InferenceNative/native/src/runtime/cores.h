#pragma once

#include <mutex>
#include <vector>

#include <sched.h>

namespace preble {

/// The cores that this process may use, for threads that want one of their own. Each is given to one taker at a time.
class Cores {
public:
    explicit Cores(std::vector<int> usable);

    /// Those of the process. Lives as long as it.
    static Cores& shared();

    /// The free cores with the lowest numbers. Throws PI_INVALID_ARGUMENT when fewer than `count` are free: threads that share a core
    /// would wait for one another at every operator.
    std::vector<int> take(int count);

    void give_back(const std::vector<int>& cores);

private:
    std::mutex mutex_;
    const std::vector<int> usable_;
    std::vector<int> free_;  // ascending
};

/// Keeps the calling thread on one core from now on. Where the system refuses, it stays as it was: a matter of speed only.
void stay_on_core(int core);

/// Keeps the calling thread on one core while this lives, then lets it go where it could go before.
class OnCore {
public:
    explicit OnCore(int core);
    ~OnCore();
    OnCore(const OnCore&) = delete;
    OnCore& operator=(const OnCore&) = delete;

private:
    cpu_set_t before_;
    bool known_;
};

}
