#pragma once

#include <chrono>
#include <ctime>

namespace preble::bench {

/// What a piece of work took: by the clock on the wall, and in processor time. On a machine that others use too, the second, shared by
/// the threads, says what the first would be on a quiet one (but for the memory bus and the caches, which are shared in any case).
struct Cost {
    double wall;
    double cpu;
};

/// Measures from its construction on.
class Stopwatch {
public:
    Cost read() const
    {
        return {std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_).count(), process_time() - cpu_};
    }

private:
    static double process_time()
    {
        timespec time = {};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    }

    std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
    double cpu_ = process_time();
};

}
