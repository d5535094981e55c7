#include <cmath>
#include <memory>

#include "abi/guard.h"
#include "backends/cpu/kernel_choice.h"
#include "engine/engine.h"
#include "model/convert.h"
#include "model/model.h"
#include "preble_inference.h"
#include "runtime/runtime.h"

// The exported functions, and nothing else: each checks its pointers and hands over.
namespace {

using namespace preble;

void require(bool condition, const char* sentence)
{
    if (!condition) {
        throw Error(PI_INVALID_ARGUMENT, sentence);
    }
}

template <class T>
std::span<T> as_span(T* values, int64_t count, const char* name)
{
    if (count < 0 || (values == nullptr && count > 0)) {
        fail(PI_INVALID_ARGUMENT, "%s is null or its count of %lld is negative", name, static_cast<long long>(count));
    }
    return {values, static_cast<size_t>(count)};
}

std::vector<float> check_frequencies(const Config& config, const float* frequencies, int32_t count)
{
    const std::span<const float> given = as_span(frequencies, count, "inverse_frequencies");
    if (count != config.head_size / 2 && count != config.head_size) {
        fail(PI_INVALID_ARGUMENT, "there are %d inverse frequencies, but the head size %d needs %d or twice as many", count,
             config.head_size, config.head_size / 2);
    }
    for (const float frequency : given) {
        require(std::isfinite(frequency), "an inverse frequency is infinite or not a number");
    }
    return {given.begin(), given.end()};
}

std::vector<MappedFile> map_files(const char* const* paths, int32_t count)
{
    std::vector<MappedFile> files;
    for (const char* const path : as_span(paths, count, "file_paths")) {
        require(path != nullptr, "a file path is null");
        files.emplace_back(path);
    }
    return files;
}

}

int32_t pi_abi_version(void) { return PI_ABI_VERSION; }
int32_t pi_abi_sizeof_tensor(void) { return sizeof(pi_tensor); }
int32_t pi_abi_sizeof_model_config(void) { return sizeof(pi_model_config); }
int32_t pi_abi_sizeof_model_info(void) { return sizeof(pi_model_info); }
int32_t pi_abi_sizeof_engine_options(void) { return sizeof(pi_engine_options); }
int32_t pi_abi_sizeof_chunk(void) { return sizeof(pi_chunk); }

const char* pi_last_error(void) { return last_error(); }

int32_t pi_runtime_set_threads(int32_t count)
{
    return guard([&] {
        require(count >= 0 && count <= ThreadPool::max_threads, "the number of threads must be from 0 to 256");
        Runtime::shared().request_threads(count);
    });
}

int32_t pi_runtime_set_cache_folder(const char* folder)
{
    return guard([&] {
        require(folder != nullptr, "folder is null");
        keep_process_kernels_in(folder);
    });
}

const char* pi_runtime_description(void)
{
    return process_kernels().description.c_str();
}

int32_t pi_model_create(const pi_model_config* config, const char* const* file_paths, int32_t file_count, const pi_tensor* tensors,
                        int32_t tensor_count, const float* inverse_frequencies, int32_t frequency_count, pi_model** out_model)
{
    return guard([&] {
        require(out_model != nullptr, "out_model is null");
        *out_model = nullptr;
        const KernelChoice& choice = process_kernels();
        if (choice.kernels == nullptr) {
            throw Error(choice.status, choice.description);
        }
        auto model = std::make_unique<pi_model>();
        model->config = check_config(config);
        model->kernels = choice.kernels;
        model->inverse_frequencies = check_frequencies(model->config, inverse_frequencies, frequency_count);
        model->config.rotary_sets = frequency_count == model->config.head_size ? 2 : 1;
        const std::vector<MappedFile> files = map_files(file_paths, file_count);
        const TensorTable table(model->config, files, as_span(tensors, tensor_count, "tensors"));
        model->weights = load_weights(model->config, files, table, *choice.kernels);
        *out_model = model.release();
    });
}

int32_t pi_model_get_info(const pi_model* model, pi_model_info* out_info)
{
    return guard([&] {
        require(model != nullptr && out_info != nullptr, "model or out_info is null");
        require(out_info->struct_size == static_cast<int32_t>(sizeof(pi_model_info)), "struct_size of the model information is wrong");
        out_info->reserved = 0;
        out_info->parameter_count = model->weights.parameter_count;
        out_info->weight_bytes = static_cast<int64_t>(model->weights.memory.bytes());
        out_info->kv_bytes_per_token = KvCache::bytes_per_token(model->config, KvCache::form_of(model->config, PI_KV_DEFAULT));
    });
}

int32_t pi_model_kv_bytes(const pi_model* model, int32_t kv_type, int64_t* out_bytes)
{
    return guard([&] {
        require(model != nullptr && out_bytes != nullptr, "model or out_bytes is null");
        *out_bytes = KvCache::bytes_per_token(model->config, KvCache::form_of(model->config, kv_type));
    });
}

void pi_model_free(pi_model* model) { delete model; }

int32_t pi_convert_rows(int32_t from, int32_t to, const uint8_t* in, int64_t in_bytes, int64_t rows, int64_t columns, uint8_t* out,
                        int64_t out_bytes)
{
    return guard([&] { convert_rows(from, to, in, in_bytes, rows, columns, out, out_bytes); });
}

int32_t pi_engine_create(const pi_model* model, const pi_engine_options* options, pi_engine** out_engine)
{
    return guard([&] {
        require(out_engine != nullptr, "out_engine is null");
        *out_engine = nullptr;
        require(model != nullptr && options != nullptr, "model or options is null");
        require(options->struct_size == static_cast<int32_t>(sizeof(pi_engine_options)), "struct_size of the engine options is wrong");
        *out_engine = std::make_unique<pi_engine>(*model, *options).release();
    });
}

void pi_engine_free(pi_engine* engine) { delete engine; }

int32_t pi_engine_step(pi_engine* engine, const pi_chunk* chunks, int32_t chunk_count, const int32_t* tokens, int32_t token_count,
                       const int32_t* blocks, int32_t block_count, const int32_t* history, int32_t history_count, int32_t* sampled,
                       int32_t sampled_count)
{
    return guard([&] {
        require(engine != nullptr, "engine is null");
        engine->step({as_span(chunks, chunk_count, "chunks"), as_span(tokens, token_count, "tokens"),
                      as_span(blocks, block_count, "blocks"), as_span(history, history_count, "history"),
                      as_span(sampled, sampled_count, "sampled")});
    });
}

int32_t pi_engine_block_bytes(const pi_engine* engine, int32_t encoding, int64_t* out_bytes)
{
    return guard([&] {
        require(engine != nullptr && out_bytes != nullptr, "engine or out_bytes is null");
        *out_bytes = engine->block_bytes(encoding);
    });
}

int32_t pi_engine_copy_block(pi_engine* engine, int32_t from, int32_t to)
{
    return guard([&] {
        require(engine != nullptr, "engine is null");
        engine->copy_block(from, to);
    });
}

int32_t pi_engine_save_block(pi_engine* engine, int32_t block, int32_t encoding, uint8_t* out, int64_t count)
{
    return guard([&] {
        require(engine != nullptr, "engine is null");
        engine->save_block(block, encoding, as_span(out, count, "out"));
    });
}

int32_t pi_engine_load_block(pi_engine* engine, int32_t block, int32_t encoding, const uint8_t* in, int64_t count)
{
    return guard([&] {
        require(engine != nullptr, "engine is null");
        engine->load_block(block, encoding, as_span(in, count, "in"));
    });
}

int32_t pi_engine_set_trace(pi_engine* engine, int32_t flags)
{
    return guard([&] {
        require(engine != nullptr, "engine is null");
        engine->set_trace(flags);
    });
}

int32_t pi_engine_get_logits(const pi_engine* engine, int32_t row, float* out, int32_t count)
{
    return guard([&] {
        require(engine != nullptr, "engine is null");
        engine->get_logits(row, out, count);
    });
}

int32_t pi_engine_get_hidden(const pi_engine* engine, int32_t layer, int32_t row, float* out, int32_t count)
{
    return guard([&] {
        require(engine != nullptr, "engine is null");
        engine->get_hidden(layer, row, out, count);
    });
}
