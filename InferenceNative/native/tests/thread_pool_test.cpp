#include <atomic>
#include <thread>
#include <vector>

#include "check.h"
#include "runtime/runtime.h"

using namespace preble;

TEST("every item of every loop runs exactly once, with more threads than cores")
{
    ThreadPool pool(5);
    std::vector<std::atomic<int>> runs(97);
    for (int loop = 0; loop < 3000; ++loop) {
        const int count = loop % 97 + 1;
        pool.run(count, [&](int item, int thread) {
            CHECK(thread >= 0 && thread < 5);
            runs[static_cast<size_t>(item)].fetch_add(1);
        });
        for (int item = 0; item < 97; ++item) {
            CHECK(runs[static_cast<size_t>(item)].exchange(0) == (item < count ? 1 : 0));
        }
    }
}

TEST("no item runs with the body of the loop before, however soon the next begins")
{
    struct Body {
        std::atomic<int> runs = 0;
        void operator()(int, int) { runs.fetch_add(1); }
    };
    ThreadPool pool(3);
    Body bodies[2];
    for (int loop = 0; loop < 20000; ++loop) {
        Body& mine = bodies[loop % 2];
        pool.run(4, mine);
        CHECK(mine.runs.exchange(0) == 4 && bodies[(loop + 1) % 2].runs == 0);
    }
}

TEST("a pool changes its number of threads between loops")
{
    ThreadPool pool(1);
    for (const int threads : {4, 2, 1, 3}) {
        pool.resize(threads);
        CHECK(pool.threads() == threads);
        std::atomic<int> sum = 0;
        pool.run(100, [&](int item, int) { sum += item; });
        CHECK(sum == 4950);
    }
}

TEST("callers take turns: nobody computes inside another's turn")
{
    std::atomic<int> inside = 0;
    std::atomic<int> collisions = 0;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                Runtime::Turn turn(Runtime::shared());
                collisions += inside.fetch_add(1) != 0;
                std::atomic<int> sum = 0;
                turn.pool().run(20, [&](int item, int) { sum += item; });
                collisions += sum != 190;
                inside.fetch_sub(1);
            }
        });
    }
    for (std::thread& caller : callers) {
        caller.join();
    }
    CHECK(collisions == 0);
}
