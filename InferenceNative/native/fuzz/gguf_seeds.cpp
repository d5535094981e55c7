// Writes the files that the fuzzer begins with: gguf_seeds FOLDER.
#include <cstdio>

#include "gguf_llama.h"

using namespace preble::testing;

namespace {

void save(const std::string& path, const std::vector<uint8_t>& bytes)
{
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (file == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size() || std::fclose(file) != 0) {
        throw std::runtime_error("cannot write " + path);
    }
}

}

int main(int count, char** arguments)
{
    if (count != 2) {
        std::fprintf(stderr, "usage: gguf_seeds FOLDER\n");
        return 2;
    }
    const std::string folder = arguments[1];
    const SyntheticModel model(tiny_shape());
    save(folder + "/llama", llama_gguf(model));
    GgufWriter metadata;
    add_llama_metadata(metadata, model.shape);
    save(folder + "/metadata", metadata.bytes());
    metadata.add_number("llama.rope.freq_base", 500000.0f);
    metadata.add_text("llama.rope.scaling.type", "linear");
    metadata.add_integer("llama.rope.scaling.factor", 4);
    metadata.add_integer("general.alignment", 32);
    std::vector<uint8_t> divisors;
    for (int i = 0; i < model.shape.head_size / 2; ++i) {
        GgufWriter::append(divisors, 1.0f);
    }
    metadata.add_tensor("rope_freqs.weight", {divisors.size() / sizeof(float)}, PI_TYPE_F32, divisors);
    save(folder + "/rotary", metadata.bytes());
    save(folder + "/empty", GgufWriter().bytes());
    return 0;
}
