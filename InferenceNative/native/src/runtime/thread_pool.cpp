#include "runtime/thread_pool.h"

#include <system_error>

#include "error.h"
#include "runtime/cores.h"

namespace preble {
namespace {

// A few microseconds: long enough for the gap between two loops of a step, short enough to be a good neighbour.
constexpr int spins_before_sleep = 400;

void pause_processor()
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

uint32_t generation_of(uint64_t state) { return static_cast<uint32_t>(state >> 32); }
uint32_t item_of(uint64_t state) { return static_cast<uint32_t>(state); }
uint64_t closed(uint32_t generation) { return (static_cast<uint64_t>(generation) << 32) | UINT32_MAX; }

}

ThreadPool::ThreadPool(int threads, std::vector<int> cores) : cores_(std::move(cores))
{
    resize(threads);
}

ThreadPool::~ThreadPool()
{
    end_workers();
}

void ThreadPool::resize(int threads)
{
    const size_t workers = static_cast<size_t>(threads - 1);
    if (workers == workers_.size()) {
        return;
    }
    end_workers();
    workers_.reserve(workers);
    const uint32_t generation = generation_of(state_.load());
    try {
        for (size_t worker = 0; worker < workers; ++worker) {
            workers_.emplace_back([this, worker, generation] { work(static_cast<int>(worker) + 1, generation); });
        }
    } catch (const std::system_error& refusal) {
        const int refused = this->threads() + 1;
        end_workers();
        fail(PI_OUT_OF_MEMORY, "the system refuses thread %d of %d: %s", refused, threads, refusal.what());
    }
}

void ThreadPool::end_workers()
{
    stopping_.store(true);
    wake_workers();
    for (std::thread& worker : workers_) {
        worker.join();
    }
    workers_.clear();
    stopping_.store(false);
}

void ThreadPool::wake_workers()
{
    wake_.fetch_add(1);
    if (sleepers_.load() > 0) {
        wake_.notify_all();
    }
}

void ThreadPool::run_items(int count, Call call, void* context)
{
    if (workers_.empty() || count <= 1) {
        for (int item = 0; item < count; ++item) {
            call(context, item, 0);
        }
        return;
    }
    const uint32_t generation = generation_of(state_.load(std::memory_order_relaxed)) + 1;
    // Closed first: a late thread that mixes the old state with the new loop's fields must fail its claim.
    state_.store(closed(generation - 1));
    count_.store(count, std::memory_order_relaxed);
    call_.store(call, std::memory_order_relaxed);
    context_.store(context, std::memory_order_relaxed);
    done_.store(0, std::memory_order_relaxed);
    state_.store(static_cast<uint64_t>(generation) << 32);
    wake_workers();
    while (run_one(state_.load(std::memory_order_acquire), 0)) {
    }
    int32_t done = done_.load(std::memory_order_acquire);
    for (int spin = 0; done != count && spin < spins_before_sleep; ++spin) {
        pause_processor();
        done = done_.load(std::memory_order_acquire);
    }
    if (done != count) {
        caller_sleeps_.store(1);
        for (done = done_.load(); done != count; done = done_.load()) {
            done_.wait(done);
        }
        caller_sleeps_.store(0);
    }
}

bool ThreadPool::run_one(uint64_t state, int thread)
{
    // What is read here belongs to the loop of `state` if the claim below succeeds: while an item is unclaimed the loop cannot have ended.
    const int count = count_.load(std::memory_order_relaxed);
    const Call call = call_.load(std::memory_order_relaxed);
    void* const context = context_.load(std::memory_order_relaxed);
    if (item_of(state) >= static_cast<uint32_t>(count)) {
        return false;
    }
    if (!state_.compare_exchange_strong(state, state + 1)) {
        return true;
    }
    call(context, static_cast<int>(item_of(state)), thread);
    // The fast order is safe for the caller that spins; the one that sleeps announced itself before it looked at the count.
    done_.fetch_add(1);
    if (thread != 0 && caller_sleeps_.load() != 0) {
        done_.notify_one();
    }
    return true;
}

void ThreadPool::work(int thread, uint32_t generation_seen)
{
    if (!cores_.empty()) {
        stay_on_core(cores_[static_cast<size_t>(thread)]);
    }
    while (!stopping_.load()) {
        const uint32_t wake = wake_.load();
        uint64_t state = state_.load(std::memory_order_acquire);
        for (int spin = 0; generation_of(state) == generation_seen && spin < spins_before_sleep; ++spin) {
            pause_processor();
            state = state_.load(std::memory_order_acquire);
        }
        if (generation_of(state) == generation_seen) {
            if (stopping_.load()) {
                return;
            }
            sleepers_.fetch_add(1);
            wake_.wait(wake);
            sleepers_.fetch_sub(1);
            continue;
        }
        generation_seen = generation_of(state);
        while (generation_of(state) == generation_seen && run_one(state, thread)) {
            state = state_.load(std::memory_order_acquire);
        }
    }
}

}
