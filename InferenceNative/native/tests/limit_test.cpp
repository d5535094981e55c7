#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

#include "check.h"
#include "test_engine.h"

using namespace preble::testing;

namespace {

constexpr size_t mebibyte = size_t{1} << 20;

/// The process gets no more address space than it has, but for `more`, while this lives.
class NoMoreMemory {
public:
    explicit NoMoreMemory(size_t more)
    {
        size_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        getrlimit(RLIMIT_AS, &before_);
        rlimit now = before_;
        now.rlim_cur = pages * static_cast<size_t>(sysconf(_SC_PAGESIZE)) + more;
        if (pages == 0 || setrlimit(RLIMIT_AS, &now) != 0) {
            skip("this system does not limit a process's memory");
        }
    }
    ~NoMoreMemory() { setrlimit(RLIMIT_AS, &before_); }
    NoMoreMemory(const NoMoreMemory&) = delete;
    NoMoreMemory& operator=(const NoMoreMemory&) = delete;

private:
    rlimit before_ = {};
};

}

TEST("weights that do not fit into memory are refused in one sentence, and fit when there is more")
{
    SyntheticModel::Shape shape;
    shape.hidden = 512;
    shape.ffn = 1536;
    const SyntheticModel source(shape);
    pi_model* model = nullptr;
    {
        const NoMoreMemory limit(8 * mebibyte);
        CHECK(source.create(source.config(PI_WEIGHTS_F32), source.tensors, &model) == PI_OUT_OF_MEMORY);
        CHECK(model == nullptr && std::string(pi_last_error()).find("MiB") != std::string::npos);
    }
    succeed(source.create(source.config(PI_WEIGHTS_F32), source.tensors, &model));
    pi_model_free(model);
}

TEST("a KV cache that does not fit is refused, and the model goes on")
{
    const SyntheticModel source({});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    pi_engine* engine = nullptr;
    {
        const NoMoreMemory limit(64 * mebibyte);
        const pi_engine_options options = {sizeof(pi_engine_options), 16, 1 << 20, 64, 8, PI_KV_DEFAULT, 0, 0};
        CHECK(pi_engine_create(model.handle, &options, &engine) == PI_OUT_OF_MEMORY);
        CHECK(engine == nullptr);
        const pi_engine_options wide = {sizeof(pi_engine_options), 16, 16, 1 << 20, 8, PI_KV_DEFAULT, 0, 0};
        CHECK(pi_engine_create(model.handle, &wide, &engine) == PI_OUT_OF_MEMORY);
    }
    TestEngine small(model);
    CHECK(small.step({{{1, 2, 3}, 0, {0}}})[0] >= 0);
}

TEST("threads that the system refuses are an error of that step, and the next one computes")
{
    const SyntheticModel source({});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    TestEngine engine(model);
    const std::vector<int32_t> expected = engine.step({{{1, 2, 3}, 0, {0}}});
    succeed(pi_runtime_set_threads(200));
    {
        const NoMoreMemory limit(32 * mebibyte);
        TestStep step({{{1, 2, 3}, 0, {0}}});
        CHECK(step.run(engine.handle) == PI_OUT_OF_MEMORY);
        CHECK(std::string(pi_last_error()).find("of 200") != std::string::npos);
    }
    succeed(pi_runtime_set_threads(2));
    CHECK(engine.step({{{1, 2, 3}, 0, {0}}}) == expected);
    succeed(pi_runtime_set_threads(0));
}
