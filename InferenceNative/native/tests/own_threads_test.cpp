#include <algorithm>
#include <memory>
#include <set>
#include <thread>

#include "check.h"
#include "error.h"
#include "runtime/cores.h"
#include "runtime/cpu_features.h"
#include "runtime/own_threads.h"
#include "test_engine.h"

using namespace preble;
using namespace preble::testing;

namespace {

pi_engine_options options_of(int threads)
{
    return {sizeof(pi_engine_options), 16, 16, 64, 8, PI_KV_DEFAULT, threads, 0};
}

/// An engine that computes with threads of its own; null when it is refused.
struct OwnEngine {
    OwnEngine(const LoadedModel& model, int threads)
    {
        const pi_engine_options options = options_of(threads);
        status = pi_engine_create(model.handle, &options, &handle);
    }
    ~OwnEngine() { pi_engine_free(handle); }
    OwnEngine(const OwnEngine&) = delete;
    OwnEngine& operator=(const OwnEngine&) = delete;

    /// All logits of a prompt and of three decodes after it.
    std::vector<float> run(int vocabulary)
    {
        succeed(pi_engine_set_trace(handle, 1));
        SeededRandom random(3);
        std::vector<float> result;
        int start = 0;
        for (const int count : {20, 1, 1, 1}) {
            TestStep step({{random_tokens(random, count, vocabulary), start, {5, 2}}});
            succeed(step.run(handle));
            start += count;
            std::vector<float> row(static_cast<size_t>(vocabulary));
            for (int i = 0; i < count; ++i) {
                succeed(pi_engine_get_logits(handle, i, row.data(), vocabulary));
                result.insert(result.end(), row.begin(), row.end());
            }
        }
        return result;
    }

    pi_engine* handle = nullptr;
    int32_t status = 0;
};

std::vector<int> cores_here()
{
    cpu_set_t set;
    CHECK(sched_getaffinity(0, sizeof set, &set) == 0);
    std::vector<int> cores;
    for (int core = 0; core < CPU_SETSIZE; ++core) {
        if (CPU_ISSET(core, &set)) {
            cores.push_back(core);
        }
    }
    return cores;
}

}

TEST("cores are given to one taker at a time, and refused in one sentence when too few are free")
{
    Cores cores({3, 5, 8});
    const std::vector<int> first = cores.take(2);
    CHECK((first == std::vector<int>{3, 5}));
    bool refused = false;
    try {
        cores.take(2);
    } catch (const Error& error) {
        refused = error.status() == PI_INVALID_ARGUMENT && std::string(error.what()).find("1 of this process's 3") != std::string::npos;
    }
    CHECK(refused);
    CHECK((cores.take(1) == std::vector<int>{8}));
    cores.give_back(first);
    CHECK((cores.take(2) == std::vector<int>{3, 5}));
}

TEST("each of an engine's own threads computes on its own core, the caller's only for the step")
{
    const int threads = std::min(2, available_cores());
    const std::vector<int> before = cores_here();
    OwnThreads own(threads);
    std::vector<std::vector<int>> cores(static_cast<size_t>(threads));
    {
        OwnThreads::Use use(own);
        // Until every thread has had an item: the caller alone could take all of a loop.
        for (bool all = false; !all;) {
            use.pool().run(64, [&](int, int thread) { cores[static_cast<size_t>(thread)] = cores_here(); });
            all = std::all_of(cores.begin(), cores.end(), [](const std::vector<int>& some) { return !some.empty(); });
        }
    }
    std::set<int> distinct;
    for (const std::vector<int>& some : cores) {
        CHECK(some.size() == 1);
        distinct.insert(some[0]);
    }
    CHECK(distinct.size() == cores.size());
    CHECK(cores_here() == before);
}

TEST("engines with threads of their own and one on the shared threads compute the same bits, all at once")
{
    const SyntheticModel source({});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    const int vocabulary = source.shape.vocabulary;
    const std::vector<float> expected = OwnEngine(model, 0).run(vocabulary);
    OwnEngine shared(model, 0);
    std::vector<std::unique_ptr<OwnEngine>> own;
    for (int i = 0; i < std::min(2, available_cores()); ++i) {
        own.push_back(std::make_unique<OwnEngine>(model, 1));
        succeed(own.back()->status);
    }
    std::vector<std::vector<float>> results(own.size());
    std::vector<std::thread> callers;
    for (size_t i = 0; i < own.size(); ++i) {
        callers.emplace_back([&, i] { results[i] = own[i]->run(vocabulary); });
    }
    CHECK(shared.run(vocabulary) == expected);
    for (std::thread& caller : callers) {
        caller.join();
    }
    for (const std::vector<float>& result : results) {
        CHECK(result == expected);
    }
}

TEST("an engine that wants more cores than are free is refused, and gets them when another engine has gone")
{
    const SyntheticModel source({});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    const int cores = std::min(available_cores(), ThreadPool::max_threads);
    {
        const OwnEngine all(model, cores);
        succeed(all.status);
        const OwnEngine another(model, 1);
        CHECK(another.status == PI_INVALID_ARGUMENT && another.handle == nullptr);
        CHECK(std::string(pi_last_error()).find("cores are free") != std::string::npos);
    }
    CHECK(OwnEngine(model, cores).status == PI_OK);
    CHECK(OwnEngine(model, -1).status == PI_INVALID_ARGUMENT);
}
