#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "check.h"
#include "test_engine.h"

using namespace preble::testing;

// Wrong input of every kind is refused with a sentence, and changes nothing.
namespace {

void expect(int32_t status, int32_t expected)
{
    if (status != expected) {
        throw std::runtime_error("status " + std::to_string(status) + " instead of " + std::to_string(expected) + ": " + pi_last_error());
    }
    CHECK(std::strlen(pi_last_error()) > 10);
}

using Spoil = std::function<void(std::vector<pi_tensor>&)>;
constexpr int64_t huge = std::numeric_limits<int64_t>::max();

void refuse_table(const SyntheticModel& source, int32_t expected, const Spoil& spoil)
{
    std::vector<pi_tensor> table = source.tensors;
    spoil(table);
    pi_model* model = reinterpret_cast<pi_model*>(1);
    expect(source.create(source.config(PI_WEIGHTS_NATIVE), table, &model), expected);
    CHECK(model == nullptr);
}

}

TEST("a tensor table that is wrong in any way makes no model")
{
    const SyntheticModel source({});
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t.pop_back(); });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t.clear(); });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t.push_back(t[3]); });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[1].role = 0; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[1].role = 24; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[1].role = PI_ROLE_QUERY_NORM; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].expert = 1; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].expert = -1; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[1].layer = 2; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[1].layer = -1; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[0].layer = 1; });
    refuse_table(source, PI_UNSUPPORTED, [](auto& t) { t[2].type = 12; });
    refuse_table(source, PI_UNSUPPORTED, [](auto& t) { t[2].type = -1; });
    refuse_table(source, PI_UNSUPPORTED, [](auto& t) { t[1].type = PI_TYPE_Q8_0; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].file_index = 1; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].file_index = -1; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].rows += 1; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { std::swap(t[2].rows, t[2].columns); });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].columns = huge; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].offset = -32; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].offset = huge; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t.back().offset += 1; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].size_bytes -= 1; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].size_bytes = -1; });
    refuse_table(source, PI_INVALID_MODEL, [](auto& t) { t[2].size_bytes = huge; });
}

TEST("random damage to a tensor table never crashes")
{
    const SyntheticModel source({});
    SeededRandom random(8);
    int refused = 0;
    for (int round = 0; round < 400; ++round) {
        std::vector<pi_tensor> table = source.tensors;
        uint8_t* const bytes = reinterpret_cast<uint8_t*>(table.data());
        for (int i = random.below(4); i >= 0; --i) {
            bytes[random.below(static_cast<int>(table.size() * sizeof(pi_tensor)))] = random.byte();
        }
        pi_model* model = nullptr;
        refused += source.create(source.config(PI_WEIGHTS_NATIVE), table, &model) != PI_OK;
        pi_model_free(model);
    }
    CHECK(refused > 300);
}

TEST("a configuration, a file or a frequency that is wrong makes no model")
{
    const SyntheticModel source({});
    pi_model* model = nullptr;
    const auto refuse = [&](const std::function<void(pi_model_config&)>& spoil) {
        pi_model_config config = source.config(PI_WEIGHTS_NATIVE);
        spoil(config);
        expect(source.create(config, source.tensors, &model), PI_INVALID_ARGUMENT);
    };
    refuse([](auto& c) { c.struct_size = 4; });
    refuse([](auto& c) { c.layers = 0; });
    refuse([](auto& c) { c.hidden = -5; });
    refuse([](auto& c) { c.heads = 5; });
    refuse([](auto& c) { c.head_size = 33; });
    refuse([](auto& c) { c.vocabulary = 1 << 30; });
    refuse([](auto& c) { c.context = 0; });
    refuse([](auto& c) { c.rope_order = 2; });
    refuse([](auto& c) { c.weights = 5; });
    refuse([](auto& c) { c.norm_epsilon = NAN; });
    refuse([](auto& c) { c.activation = 2; });
    refuse([](auto& c) { c.window = -1; });
    refuse([](auto& c) { c.experts = -1; });
    refuse([](auto& c) { c.experts = 1000; });
    refuse([](auto& c) { c.experts = 4; });
    refuse([](auto& c) { c.experts = 4, c.experts_used = 5; });
    refuse([](auto& c) { c.experts = 4, c.experts_used = 2, c.experts_normed = 2; });
    refuse([](auto& c) { c.norm_plus_one = 2; });
    refuse([](auto& c) { c.attention_scale = -1; });
    refuse([](auto& c) { c.logit_softcap = INFINITY; });
    refuse([](auto& c) { c.embedding_scale = NAN; });
    const pi_model_config config = source.config(PI_WEIGHTS_NATIVE);
    const char* const missing[] = {"/nonexistent/model"};
    const char* const folder[] = {"/tmp"};
    const int32_t tensors = static_cast<int32_t>(source.tensors.size());
    expect(pi_model_create(&config, missing, 1, source.tensors.data(), tensors, source.frequencies.data(), 16, &model), PI_IO);
    expect(pi_model_create(&config, folder, 1, source.tensors.data(), tensors, source.frequencies.data(), 16, &model), PI_IO);
    expect(pi_model_create(&config, nullptr, 1, source.tensors.data(), tensors, source.frequencies.data(), 16, &model),
           PI_INVALID_ARGUMENT);
    expect(pi_model_create(&config, missing, 1, nullptr, -1, source.frequencies.data(), 16, &model), PI_IO);
    expect(pi_model_create(&config, missing, 1, source.tensors.data(), tensors, source.frequencies.data(), 15, &model),
           PI_INVALID_ARGUMENT);
}

TEST("an engine refuses options that it cannot keep")
{
    const SyntheticModel source({});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    pi_engine* engine = nullptr;
    const int32_t size = sizeof(pi_engine_options);
    for (const pi_engine_options& options :
         {pi_engine_options{4, 16, 8, 8, 8, 0, 0, 0}, {size, 16, 0, 8, 8, 0, 0, 0}, {size, 16, 8, 0, 8, 0, 0, 0}, {size, 16, 8, 8, 0, 0, 0, 0},
          {size, 16, 8, 8, 8, 0, 0, -1}, {size, 16, 8, 8, 8, 0, 0, 9}}) {
        expect(pi_engine_create(model.handle, &options, &engine), PI_INVALID_ARGUMENT);
    }
    const pi_engine_options wide = {size, 32, 8, 8, 8, 0, 0, 0};
    expect(pi_engine_create(model.handle, &wide, &engine), PI_UNSUPPORTED);
    CHECK(engine == nullptr);
}

TEST("a step that is wrong in any way is refused and leaves the cache as it was")
{
    const SyntheticModel source({});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    TestEngine engine(model, 12);
    SeededRandom random(2);
    const std::vector<int32_t> prompt = random_tokens(random, 40, source.shape.vocabulary);
    engine.step({{prompt, 0, {0, 1, 2}}, {prompt, 0, {3, 4, 5}}});
    const auto refuse = [&](const std::function<void(TestStep&)>& spoil) {
        TestStep step({{{1, 2}, 40, {0, 1, 2}}, {{3}, 40, {3, 4, 5}, true, {1, 0.9f, 0, 1.1f, 0, 0, 0, 0, 1}, {1, 2, 3}, 2}});
        spoil(step);
        expect(step.run(engine.handle), PI_INVALID_ARGUMENT);
    };
    refuse([](auto& s) { s.chunks.clear(); });
    refuse([](auto& s) { s.chunks.resize(9, s.chunks[0]); });
    refuse([](auto& s) { s.chunks[0].token_offset = -1; });
    refuse([](auto& s) { s.chunks[0].token_offset = 2; });
    refuse([](auto& s) { s.chunks[0].token_count = 0; });
    refuse([](auto& s) { s.chunks[0].token_count = std::numeric_limits<int32_t>::max(); });
    refuse([](auto& s) { s.chunks[0].start_position = -1; });
    refuse([](auto& s) { s.chunks[0].start_position = 511; });
    refuse([](auto& s) { s.chunks[0].start_position = std::numeric_limits<int32_t>::max(); });
    refuse([](auto& s) { s.chunks[0].start_position = 47; });
    refuse([](auto& s) { s.chunks[0].block_offset = 5; });
    refuse([](auto& s) { s.chunks[0].block_offset = -1; });
    refuse([](auto& s) { s.chunks[0].block_count = 2; });
    refuse([](auto& s) { s.chunks[1].history_offset = 1; });
    refuse([](auto& s) { s.chunks[1].history_count = -1; });
    refuse([](auto& s) { s.chunks[1].history_prompt = 4; });
    refuse([](auto& s) { s.chunks[1].samples = 2; });
    refuse([](auto& s) { s.chunks[1].samples = -1; });
    refuse([](auto& s) { s.chunks[1].sampled_offset = -1; });
    refuse([](auto& s) { s.chunks[1].sampled_offset = 0; });  // both are chunk 0's
    refuse([](auto& s) { s.chunks[1].sampled_offset = 2; });
    refuse([](auto& s) { s.chunks[1].sampled_offset = std::numeric_limits<int32_t>::max(); });
    refuse([](auto& s) { s.chunks[0].samples = 2; });
    refuse([](auto& s) { s.chunks[0].samples = 2, s.chunks[0].history_count = 1; });
    refuse([](auto& s) { s.sampled.clear(); });
    refuse([](auto& s) { s.blocks[1] = 12; });
    refuse([](auto& s) { s.blocks[1] = -1; });
    refuse([](auto& s) { s.tokens[0] = 300; });
    refuse([](auto& s) { s.tokens[2] = -1; });
    refuse([](auto& s) { s.history[0] = 300; });
    refuse([](auto& s) { s.blocks[5] = 2; });  // both write block 2
    refuse([](auto& s) { s.blocks[0] = 5; });  // chunk 0 reads what chunk 1 writes
    refuse([](auto& s) { s.blocks[0] = 2; });  // chunk 0 reads what it writes itself
    refuse([](auto& s) { s.chunks[1].sampling.temperature = -1; });
    refuse([](auto& s) { s.chunks[1].sampling.temperature = NAN; });
    refuse([](auto& s) { s.chunks[1].sampling.top_p = 0; });
    refuse([](auto& s) { s.chunks[1].sampling.min_p = 1.5f; });
    refuse([](auto& s) { s.chunks[1].sampling.top_k = -1; });
    refuse([](auto& s) { s.chunks[1].sampling.repetition_penalty = 0; });
    refuse([](auto& s) { s.chunks[1].sampling.presence_penalty = INFINITY; });

    TestEngine untouched(model, 12);
    untouched.step({{prompt, 0, {0, 1, 2}}});
    engine.step({{{9}, 40, {0, 1, 2}}});
    untouched.step({{{9}, 40, {0, 1, 2}}});
    CHECK(engine.logits(0) == untouched.logits(0));
}

TEST("more tokens than the step was made for are refused")
{
    const SyntheticModel source({});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    TestEngine engine(model);
    TestStep step({{std::vector<int32_t>(257, 1), 0, blocks_for(257, 0)}});
    expect(step.run(engine.handle), PI_INVALID_ARGUMENT);
}

TEST("weights that give infinite logits end in PI_INTERNAL, not in a token")
{
    SyntheticModel source({});
    std::FILE* const file = std::fopen(source.path.c_str(), "r+b");
    const float infinite = INFINITY;
    for (const pi_tensor& tensor : source.tensors) {
        if (tensor.role == PI_ROLE_OUTPUT_NORM) {
            std::fseek(file, static_cast<long>(tensor.offset), SEEK_SET);
            std::fwrite(&infinite, sizeof infinite, 1, file);
        }
    }
    std::fclose(file);
    for (const pi_weights weights : {PI_WEIGHTS_NATIVE, PI_WEIGHTS_F32}) {
        const LoadedModel model(source, weights);
        TestEngine engine(model);
        TestStep step({{{1, 2, 3}, 0, {0}}});
        expect(step.run(engine.handle), PI_INTERNAL);
    }
}

TEST("null handles and wrong reads are refused")
{
    expect(pi_engine_step(nullptr, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0), PI_INVALID_ARGUMENT);
    expect(pi_engine_set_trace(nullptr, 0), PI_INVALID_ARGUMENT);
    expect(pi_model_get_info(nullptr, nullptr), PI_INVALID_ARGUMENT);
    expect(pi_runtime_set_threads(-1), PI_INVALID_ARGUMENT);
    expect(pi_runtime_set_threads(257), PI_INVALID_ARGUMENT);
    const SyntheticModel source({});
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    TestEngine engine(model);
    engine.step({{{1, 2}, 0, {0}}});
    std::vector<float> out(300);
    expect(pi_engine_get_logits(engine.handle, 2, out.data(), 300), PI_INVALID_ARGUMENT);
    expect(pi_engine_get_logits(engine.handle, 0, out.data(), 299), PI_INVALID_ARGUMENT);
    expect(pi_engine_get_hidden(engine.handle, 3, 0, out.data(), 96), PI_INVALID_ARGUMENT);
    expect(pi_engine_set_trace(engine.handle, 8), PI_INVALID_ARGUMENT);
    succeed(pi_engine_set_trace(engine.handle, 0));
    expect(pi_engine_get_logits(engine.handle, 0, out.data(), 300), PI_INVALID_ARGUMENT);
}
