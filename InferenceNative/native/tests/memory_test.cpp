#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include <unistd.h>

#include "check.h"
#include "test_engine.h"

using namespace preble::testing;

namespace {

int64_t resident_bytes()
{
    long pages = 0;
    long resident = 0;
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    const bool known = file != nullptr && std::fscanf(file, "%ld %ld", &pages, &resident) == 2;
    if (file != nullptr) {
        std::fclose(file);
    }
    if (!known) {
        skip("this system does not say how much memory is resident");
    }
    return resident * sysconf(_SC_PAGESIZE);
}

/// Starts a new peak: what most_resident_bytes() says counts from here.
void forget_peak()
{
    std::ofstream("/proc/self/clear_refs") << 5;
}

int64_t most_resident_bytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmHWM:", 0) == 0) {
            return std::atoll(line.c_str() + 6) * 1024;
        }
    }
    skip("this system does not say how much memory was resident at most");
}

void need_true_sizes()
{
#if defined(__SANITIZE_ADDRESS__)
    skip("a sanitizer has memory of its own");
#endif
}

constexpr int64_t mebibyte = 1 << 20;

SyntheticModel::Shape large()
{
    SyntheticModel::Shape shape;
    shape.layers = 4;
    shape.hidden = 1024;
    shape.ffn = 4096;
    shape.heads = 16;
    shape.kv_heads = 4;
    shape.head_size = 64;
    shape.vocabulary = 20000;
    return shape;
}

}

TEST("the weights are resident once: not in the mapped file too, not even while loading, and not again for each engine")
{
    need_true_sizes();
    auto source = std::make_unique<SyntheticModel>(large());
    forget_peak();
    const int64_t before = resident_bytes();
    const LoadedModel model(*source, PI_WEIGHTS_NATIVE);
    pi_model_info info = {};
    info.struct_size = sizeof info;
    succeed(pi_model_get_info(model.handle, &info));
    CHECK(info.weight_bytes > 40 * mebibyte);
    CHECK(most_resident_bytes() - before < info.weight_bytes + 32 * mebibyte);
    CHECK(resident_bytes() - before < info.weight_bytes + 8 * mebibyte);

    SeededRandom random(4);
    const std::vector<int32_t> prompt = random_tokens(random, 40, model.shape.vocabulary);
    std::vector<std::unique_ptr<TestEngine>> engines;
    for (int i = 0; i < 4; ++i) {
        engines.push_back(std::make_unique<TestEngine>(model, 64, 0));
        engines.back()->step({{prompt, 0, blocks_for(40, 0)}});
    }
    const int64_t cache = info.kv_bytes_per_token * 64 * 16;
    CHECK(resident_bytes() - before < info.weight_bytes + 4 * (cache + 64 * mebibyte));
}

TEST("a large KV cache costs nothing until it is used")
{
    need_true_sizes();
    const SyntheticModel source({});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    const int64_t before = resident_bytes();
    TestEngine engine(model, 1 << 20, 0);
    engine.step({{{1, 2, 3}, 0, {77}}});
    CHECK(resident_bytes() - before < 40 * mebibyte);
}
