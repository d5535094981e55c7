#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>

namespace preble {

/// What the time of a step is told apart by; what is none of these is the rest: norms, quantisation, rotation, gates, sampling.
enum class Operator { linear, attention, head };
constexpr size_t operator_kinds = 3;

/// Seconds by the clock, and processor seconds of all threads together.
struct OperatorTime {
    double wall = 0;
    double cpu = 0;
};

/// Adds up where the time of steps goes. For measurements: an engine has none unless it is told to, and then pays two reads of the
/// clocks for every operator.
class OperatorTimes {
public:
    const OperatorTime& of(Operator kind) const { return times_[static_cast<size_t>(kind)]; }
    void clear() { times_ = {}; }

private:
    friend class OperatorTimer;

    std::array<OperatorTime, operator_kinds> times_;
    bool running_ = false;
};

/// Counts from here to the end of its scope as one kind. Inside another one it counts nothing, for the outer one does.
/// Only on the thread that calls for the step.
class OperatorTimer {
public:
    OperatorTimer(OperatorTimes* times, Operator kind) : times_(times != nullptr && !times->running_ ? times : nullptr), kind_(kind)
    {
        if (times_ != nullptr) {
            times_->running_ = true;
            begin_ = now();
        }
    }
    ~OperatorTimer()
    {
        if (times_ != nullptr) {
            const OperatorTime end = now();
            OperatorTime& sum = times_->times_[static_cast<size_t>(kind_)];
            sum.wall += end.wall - begin_.wall;
            sum.cpu += end.cpu - begin_.cpu;
            times_->running_ = false;
        }
    }
    OperatorTimer(const OperatorTimer&) = delete;
    OperatorTimer& operator=(const OperatorTimer&) = delete;

private:
    static OperatorTime now()
    {
        timespec cpu = {};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
        const auto wall = std::chrono::steady_clock::now().time_since_epoch();
        return {std::chrono::duration<double>(wall).count(), static_cast<double>(cpu.tv_sec) + 1e-9 * static_cast<double>(cpu.tv_nsec)};
    }

    OperatorTimes* const times_;
    const Operator kind_;
    OperatorTime begin_;
};

}
