#include "check.h"
#include "oracle.h"

using namespace preble::testing;

// What families have beyond a Llama, one trait at a time and all together, against the forward pass in double precision.
namespace {

SyntheticModel::Shape shape_with(const SyntheticModel::Traits& traits)
{
    SyntheticModel::Shape shape;
    shape.rope = PI_ROPE_HALVES;
    shape.matrices = PI_TYPE_Q8_0;
    shape.traits = traits;
    return shape;
}

std::vector<SyntheticModel::Traits> families()
{
    return {
        {.biases = true},
        {.head_norms = true},
        {.post_norms = true, .norm_plus_one = true, .activation = PI_ACTIVATION_GELU, .attention_scale = 0.3f, .logit_softcap = 2.0f,
         .embedding_scale = 9.8f},
        {.window = 7},
        {.own_rotation_in_windows = true, .window = 5, .window_period = 2, .attention_softcap = 1.5f},
        {.own_rotation_in_windows = true, .window = 5000, .window_period = 2},
    };
}

std::vector<SyntheticModel::Traits> mixtures()
{
    return {
        {.experts = 4, .experts_used = 2, .experts_normed = true},
        {.head_norms = true, .experts = 9, .experts_used = 3},
        {.post_norms = true, .experts = 3, .experts_used = 3},
    };
}

/// Every size away from a multiple of a vector.
SyntheticModel::Shape odd(SyntheticModel::Shape shape)
{
    shape.hidden = 70;
    shape.ffn = 50;
    shape.head_size = 10;
    shape.vocabulary = 131;
    shape.matrices = PI_TYPE_BF16;
    shape.embedding = PI_TYPE_F16;
    return shape;
}

/// The logits of a prompt's rows, computed in chunks that end at the given positions, each beside another sequence's.
std::vector<std::vector<float>> in_company(const LoadedModel& model, const std::vector<int32_t>& prompt, const std::vector<int>& ends)
{
    TestEngine engine(model);
    SeededRandom random(77);
    std::vector<std::vector<float>> result;
    int begin = 0;
    for (const int end : ends) {
        const std::vector<int32_t> other = random_tokens(random, 20, model.shape.vocabulary);
        engine.step({{other, 0, {60, 61}}, {{prompt.begin() + begin, prompt.begin() + end}, begin, blocks_for(end, 0)}});
        for (int row = begin; row < end; ++row) {
            result.push_back(engine.logits(20 + row - begin));
        }
        begin = end;
    }
    return result;
}

void check_invariance(const SyntheticModel::Shape& shape, pi_weights weights)
{
    const SyntheticModel source(shape);
    const LoadedModel model(source, weights);
    SeededRandom random(5);
    constexpr int length = 130;  // more rows of an expert than one item of its work has
    const std::vector<int32_t> prompt = random_tokens(random, length, shape.vocabulary);
    TestEngine engine(model);
    engine.step({{prompt, 0, blocks_for(length, 0)}});
    std::vector<std::vector<float>> whole;
    for (int row = 0; row < length; ++row) {
        whole.push_back(engine.logits(row));
    }
    CHECK(is_interesting(whole.front()) && is_interesting(whole.back()) && whole.front() != whole.back());
    for (const int threads : {1, 3, 0}) {
        succeed(pi_runtime_set_threads(threads));
        CHECK(in_company(model, prompt, {1, 2, 40, 129, 130}) == whole);
    }
}

}

TEST("biases, norms of heads and after layers, GELU, scales, softcaps and windows equal their formulas in double precision")
{
    for (const SyntheticModel::Traits& traits : families()) {
        for (const SyntheticModel::Shape& shape : {shape_with(traits), odd(shape_with(traits))}) {
            const Difference difference = compare(SyntheticModel(shape), PI_WEIGHTS_F32);
            CHECK(difference.largest < 2e-5 * difference.spread);
        }
        const Difference native = compare(SyntheticModel(shape_with(traits)), PI_WEIGHTS_NATIVE);
        CHECK(native.mean_square < 0.03 * native.spread);
    }
}

TEST("layers with a window rotate in their own way however wide it is: under, at and far over the context")
{
    constexpr int context = 64;
    constexpr int length = context - 1;
    const auto logits = [&](int window) {
        SyntheticModel::Shape shape = shape_with({.own_rotation_in_windows = true, .window = window, .window_period = 2});
        shape.context = context;
        const SyntheticModel source(shape);
        const LoadedModel model(source, PI_WEIGHTS_NATIVE);
        SeededRandom random(6);
        TestEngine engine(model);
        engine.step({{random_tokens(random, length, shape.vocabulary), 0, blocks_for(length, 0)}});
        return engine.logits(length - 1);
    };
    const std::vector<float> under = logits(length);
    CHECK(is_interesting(under));
    for (const int window : {context, context + 1, 1 << 30}) {
        CHECK(logits(window) == under);
    }
    CHECK(logits(length - 1) != under); // the first token is out of sight
    CHECK(logits(0) != under);          // all layers see all, and rotate alike
}

TEST("a mixture of experts equals its formula in double precision, its router with it")
{
    for (const SyntheticModel::Traits& traits : mixtures()) {
        for (const SyntheticModel::Shape& shape : {shape_with(traits), odd(shape_with(traits))}) {
            const Difference difference = compare(SyntheticModel(shape), PI_WEIGHTS_F32);
            CHECK(difference.largest < 2e-5 * difference.spread);
        }
    }
}

TEST("with any trait a row's bits do not depend on chunks, neighbours or threads")
{
    check_invariance(odd(shape_with(mixtures().front())), PI_WEIGHTS_NATIVE);
    for (const pi_weights weights : {PI_WEIGHTS_NATIVE, PI_WEIGHTS_F32}) {
        for (const SyntheticModel::Traits& traits : families()) {
            check_invariance(shape_with(traits), weights);
        }
        for (const SyntheticModel::Traits& traits : mixtures()) {
            check_invariance(shape_with(traits), weights);
        }
    }
}

TEST("a mixture without a router, with an expert too few or with a dense layer's matrices is refused")
{
    const SyntheticModel source(shape_with({.experts = 4, .experts_used = 2}));
    const auto refuse = [&](pi_role role, int expert, int32_t becomes) {
        std::vector<pi_tensor> table = source.tensors;
        for (pi_tensor& tensor : table) {
            if (tensor.role == role && tensor.expert == expert && tensor.layer == 1) {
                tensor.role = becomes;
            }
        }
        pi_model* model = nullptr;
        CHECK(source.create(source.config(PI_WEIGHTS_NATIVE), table, &model) == PI_INVALID_MODEL);
    };
    refuse(PI_ROLE_ROUTER, 0, PI_ROLE_ROUTER + 100);
    refuse(PI_ROLE_EXPERT_UP, 3, PI_ROLE_EXPERT_GATE);
    refuse(PI_ROLE_EXPERT_UP, 0, PI_ROLE_FFN_UP);
    pi_model_config dense = source.config(PI_WEIGHTS_NATIVE);
    dense.experts = 0;
    pi_model* model = nullptr;
    CHECK(source.create(dense, source.tensors, &model) == PI_INVALID_MODEL);
}
