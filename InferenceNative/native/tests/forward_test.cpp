#include "check.h"
#include "oracle.h"

using namespace preble::testing;

namespace {

std::vector<SyntheticModel::Shape> shapes()
{
    SyntheticModel::Shape wide;
    wide.tied = false;
    wide.heads = 3;
    wide.kv_heads = 1;
    wide.head_size = 64;
    wide.matrices = PI_TYPE_Q4_0;
    wide.embedding = PI_TYPE_BF16;
    wide.rope = PI_ROPE_HALVES;
    SyntheticModel::Shape odd;
    odd.hidden = 70;
    odd.ffn = 50;
    odd.head_size = 10;
    odd.vocabulary = 131;
    odd.matrices = PI_TYPE_F16;
    odd.embedding = PI_TYPE_F32;
    return {SyntheticModel::Shape(), wide, odd};
}

}

TEST("the float32 mode equals the whole forward pass in double precision, for shapes that fill vectors and that do not")
{
    for (const SyntheticModel::Shape& shape : shapes()) {
        const SyntheticModel source(shape);
        const Difference difference = compare(source, PI_WEIGHTS_F32);
        CHECK(difference.largest < 2e-5 * difference.spread);
    }
}

TEST("the native mode differs from it by what int8 activations and a half KV cost, and no more")
{
    for (const SyntheticModel::Shape& shape : shapes()) {
        const SyntheticModel source(shape);
        const Difference difference = compare(source, PI_WEIGHTS_NATIVE);
        CHECK(difference.mean_square < 0.03 * difference.spread);
        CHECK(difference.mean_square > 1e-6 * difference.spread);
    }
}

TEST("a model of every type a file can have is computed in the float32 mode, and in each other mode as closely as its weights allow")
{
    // What a mode's rounding of the weights may cost beside the activations': four bits are coarse for random weights.
    constexpr struct {
        pi_weights weights;
        double most;
    } modes[] = {{PI_WEIGHTS_F32, 2e-5}, {PI_WEIGHTS_NATIVE, 0.04}, {PI_WEIGHTS_INT8, 0.04}, {PI_WEIGHTS_INT4, 0.4}, {PI_WEIGHTS_BF16, 0.02}};
    for (const pi_type type : {PI_TYPE_F32, PI_TYPE_BF16, PI_TYPE_Q4_0, PI_TYPE_Q5_0, PI_TYPE_Q5_1, PI_TYPE_Q2_K, PI_TYPE_Q3_K, PI_TYPE_Q4_K, PI_TYPE_Q5_K,
                               PI_TYPE_Q6_K, PI_TYPE_IQ4_NL, PI_TYPE_IQ4_XS}) {
        SyntheticModel::Shape shape;
        shape.layers = 1;
        shape.hidden = 256;
        shape.ffn = 256;
        shape.heads = 8;
        shape.vocabulary = 160;
        shape.matrices = type;
        shape.embedding = type;
        const SyntheticModel source(shape);
        const PlainLogits expected = plain_logits(source);
        for (const auto& mode : modes) {
            const Difference difference = compare(source, mode.weights, expected);
            CHECK(difference.mean_square < mode.most * difference.spread);
        }
    }
}

TEST("a model says how much memory its weights and a token's keys and values take")
{
    const SyntheticModel source({});
    for (const pi_weights weights : {PI_WEIGHTS_NATIVE, PI_WEIGHTS_F32}) {
        const LoadedModel model(source, weights);
        pi_model_info info = {};
        info.struct_size = sizeof info;
        succeed(pi_model_get_info(model.handle, &info));
        int64_t parameters = 0;
        int64_t bytes = 0;
        for (const pi_tensor& tensor : source.tensors) {
            parameters += tensor.rows * tensor.columns;
            bytes += weights == PI_WEIGHTS_F32 ? tensor.rows * tensor.columns * 4 : tensor.size_bytes;
        }
        CHECK(info.parameter_count == parameters);
        CHECK(info.weight_bytes >= bytes && info.weight_bytes < bytes + bytes / 8);
        CHECK(info.kv_bytes_per_token == 2 * 2 * 2 * 32 * (weights == PI_WEIGHTS_F32 ? 4 : 2));
    }
}
