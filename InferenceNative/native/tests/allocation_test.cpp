#include <atomic>
#include <cstdlib>
#include <new>

#include "check.h"
#include "test_engine.h"

using namespace preble::testing;

namespace {

std::atomic<int64_t> allocations{0};

void* counted(size_t bytes)
{
    allocations.fetch_add(1, std::memory_order_relaxed);
    void* const memory = std::malloc(bytes == 0 ? 1 : bytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

}

void* operator new(size_t bytes) { return counted(bytes); }
void* operator new[](size_t bytes) { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

TEST("once its vectors have grown, a step, a copy, a save and a load allocate nothing")
{
    const SyntheticModel source({});
    const int64_t before_model = allocations.load();
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    CHECK(allocations.load() > before_model + 10);  // the library's own allocations are counted
    TestEngine engine(model, 64, 0);
    pi_sampling hot = greedy;
    hot.temperature = 0.8f;
    hot.top_p = 0.9f;
    hot.repetition_penalty = 1.1f;
    SeededRandom random(1);
    TestStep prompts({{random_tokens(random, 40, 300), 0, {0, 1, 2}}, {{1, 2, 3}, 0, {3}}});
    succeed(prompts.run(engine.handle));
    TestStep decode({{{5, 7, 9}, 40, {0, 1, 2}, 3}, {{6}, 3, {3}, 1, hot, {1, 2, 3, 6}, 3}});
    int64_t bytes = 0;
    succeed(pi_engine_block_bytes(engine.handle, PI_BLOCK_EXACT, &bytes));
    std::vector<uint8_t> saved(static_cast<size_t>(bytes));
    const auto turn = [&] {
        succeed(pi_engine_save_block(engine.handle, 0, PI_BLOCK_EXACT, saved.data(), bytes));
        succeed(pi_engine_load_block(engine.handle, 10, PI_BLOCK_EXACT, saved.data(), bytes));
        succeed(pi_engine_copy_block(engine.handle, 1, 11));
        succeed(decode.run(engine.handle));
    };
    turn();
    turn();
    const int64_t before = allocations.load();
    for (int i = 0; i < 20; ++i) {
        turn();
    }
    CHECK(allocations.load() == before);
}
