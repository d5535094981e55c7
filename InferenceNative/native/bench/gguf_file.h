#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace preble::bench {

/// One entry of the tensor table, its place and size checked against the file.
struct GgufTensor {
    std::string_view name;
    uint32_t type;
    int64_t rows;    // outputs; 1 for a vector
    int64_t columns; // inputs
    int64_t offset;  // bytes from the start of the file
    int64_t bytes;
};

/// The metadata and the tensor table of a GGUF file, versions 2 and 3, little-endian. Names and strings point into the bytes, which must
/// outlive it; of arrays only the number of items is kept. Throws an Error that names the offending field; takes no more memory than a
/// small multiple of the file's own table.
class GgufFile {
public:
    explicit GgufFile(std::span<const uint8_t> bytes);

    /// Nothing when the key is not there; an Error when it is of another kind.
    std::optional<int64_t> find_integer(std::string_view key) const;
    std::optional<double> find_number(std::string_view key) const;
    std::optional<std::string_view> find_text(std::string_view key) const;
    std::optional<int64_t> find_items(std::string_view key) const;

    const GgufTensor* find_tensor(std::string_view name) const;
    const std::vector<GgufTensor>& tensors() const { return tensors_; }
    std::span<const uint8_t> bytes_of(const GgufTensor& tensor) const;

private:
    enum class Kind { integer, number, truth, text, items };
    struct Value {
        Kind kind;
        int64_t integer = 0; // or truth, or the number of items
        double number = 0;
        std::string_view text;
    };

    static Value read_value(class ByteReader& reader, uint32_t type, std::string_view key, int depth);
    const Value* find(std::string_view key, Kind kind, const char* name) const;
    void read_metadata(ByteReader& reader);
    void read_tensors(ByteReader& reader, size_t count);

    std::span<const uint8_t> bytes_;
    std::map<std::string_view, Value> values_;
    std::vector<GgufTensor> tensors_;
    std::map<std::string_view, size_t> by_name_;
};

}
