#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace preble {

/// A fair lock: whoever asks first computes first. The steps of all engines of a process take turns on the one thread pool with it.
class Turns {
public:
    void lock()
    {
        std::unique_lock guard(mutex_);
        const uint64_t ticket = next_++;
        changed_.wait(guard, [&] { return serving_ == ticket; });
    }

    void unlock()
    {
        {
            std::lock_guard guard(mutex_);
            ++serving_;
        }
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    uint64_t next_ = 0;
    uint64_t serving_ = 0;
};

}
