#include "gguf_file.h"

#include <string>

#include "byte_reader.h"
#include "gguf_types.h"

namespace preble::bench {
namespace {

// The bounds of what a file may ask for: those of the managed reader (ModelFileLimits).
constexpr uint64_t most_entries = 16'384;
constexpr uint64_t most_name_bytes = 1'024;
constexpr uint64_t most_string_bytes = 16 << 20;
constexpr uint64_t most_items = 4 << 20;
constexpr uint64_t most_tensors = 65'536;
constexpr uint32_t most_dimensions = 4;
constexpr int64_t largest_alignment = 1 << 20;
constexpr int most_depth = 3;

constexpr uint32_t magic = 0x46554747; // "GGUF"
constexpr int64_t default_alignment = 32;
constexpr size_t least_entry_bytes = 8 + 4 + 1;
constexpr size_t least_tensor_bytes = 8 + 4 + 8 + 4 + 8;

enum ValueType : uint32_t { u8, i8, u16, i16, u32, i32, f32, truth, text, array, u64, i64, f64 };

/// The least that an item takes: a string has its length, an array its type and count.
size_t item_bytes(uint32_t type)
{
    switch (type) {
    case u8:
    case i8:
    case truth: return 1;
    case u16:
    case i16: return 2;
    case u32:
    case i32:
    case f32: return 4;
    case array: return 12;
    default: return 8;
    }
}

int64_t read_integer(ByteReader& reader, uint32_t type, std::string_view key)
{
    switch (type) {
    case u8: return reader.read<uint8_t>(key);
    case i8: return reader.read<int8_t>(key);
    case u16: return reader.read<uint16_t>(key);
    case i16: return reader.read<int16_t>(key);
    case u32: return reader.read<uint32_t>(key);
    case i32: return reader.read<int32_t>(key);
    case i64: return reader.read<int64_t>(key);
    default: break;
    }
    const uint64_t value = reader.read<uint64_t>(key);
    if (value > INT64_MAX) {
        fail(PI_INVALID_MODEL, "%s is %llu, which is too large", shown(key).c_str(), static_cast<unsigned long long>(value));
    }
    return static_cast<int64_t>(value);
}

/// Bytes of a tensor; every factor is compared with what the file has left, so no product overflows.
int64_t size_of(std::string_view name, uint32_t type, int64_t rows, int64_t columns, int64_t file_bytes)
{
    const std::optional<BlockLayout> layout = layout_of(type);
    if (!layout) {
        fail(PI_UNSUPPORTED, "the tensor %s has type %u, which is not supported", shown(name).c_str(), type);
    }
    if (columns % layout->weights != 0) {
        fail(PI_INVALID_MODEL, "the tensor %s has %lld columns, not a multiple of %lld as its type needs", shown(name).c_str(),
             static_cast<long long>(columns), static_cast<long long>(layout->weights));
    }
    const int64_t blocks = columns / layout->weights;
    if (blocks > file_bytes / layout->bytes || rows > file_bytes / (blocks * layout->bytes)) {
        fail(PI_INVALID_MODEL, "the tensor %s is larger than the file", shown(name).c_str());
    }
    return rows * blocks * layout->bytes;
}

GgufTensor read_tensor(ByteReader& reader, int64_t file_bytes)
{
    GgufTensor tensor = {};
    tensor.name = reader.read_string(most_name_bytes, "a tensor's name");
    const uint32_t dimensions = reader.read<uint32_t>(tensor.name);
    if (dimensions == 0 || dimensions > most_dimensions) {
        fail(PI_INVALID_MODEL, "the tensor %s has %u dimensions", shown(tensor.name).c_str(), dimensions);
    }
    int64_t extents[most_dimensions] = {1, 1, 1, 1};
    for (uint32_t i = 0; i < dimensions; ++i) {
        const uint64_t extent = reader.read<uint64_t>(tensor.name);
        if (extent == 0 || extent > INT64_MAX) {
            fail(PI_INVALID_MODEL, "the tensor %s has a dimension of %llu", shown(tensor.name).c_str(),
                 static_cast<unsigned long long>(extent));
        }
        extents[i] = static_cast<int64_t>(extent);
    }
    if (extents[2] != 1 || extents[3] != 1) {
        fail(PI_UNSUPPORTED, "the tensor %s is neither a vector nor a matrix", shown(tensor.name).c_str());
    }
    tensor.columns = extents[0];
    tensor.rows = extents[1];
    tensor.type = reader.read<uint32_t>(tensor.name);
    const uint64_t offset = reader.read<uint64_t>(tensor.name);
    if (offset > static_cast<uint64_t>(file_bytes)) {
        fail(PI_INVALID_MODEL, "the tensor %s begins behind the end of the file", shown(tensor.name).c_str());
    }
    tensor.offset = static_cast<int64_t>(offset);
    tensor.bytes = size_of(tensor.name, tensor.type, tensor.rows, tensor.columns, file_bytes);
    return tensor;
}

}

GgufFile::GgufFile(std::span<const uint8_t> bytes) : bytes_(bytes)
{
    ByteReader reader(bytes);
    if (reader.read<uint32_t>("the magic number") != magic) {
        fail(PI_INVALID_MODEL, "this is not a GGUF file");
    }
    const uint32_t version = reader.read<uint32_t>("the version");
    if (version != 2 && version != 3) {
        fail(PI_UNSUPPORTED, "GGUF version %u is not supported, only 2 and 3 are", version);
    }
    const size_t tensors = reader.read_count(most_tensors, least_tensor_bytes, "the tensors");
    read_metadata(reader);
    read_tensors(reader, tensors);
}

GgufFile::Value GgufFile::read_value(ByteReader& reader, uint32_t type, std::string_view key, int depth)
{
    Value value = {};
    if (type > f64) {
        fail(PI_INVALID_MODEL, "%s has the unknown value type %u", shown(key).c_str(), type);
    }
    if (type == text) {
        value.kind = Kind::text;
        value.text = reader.read_string(most_string_bytes, key);
    } else if (type == truth) {
        value.kind = Kind::truth;
        value.integer = reader.read<uint8_t>(key);
    } else if (type == f32 || type == f64) {
        value.kind = Kind::number;
        value.number = type == f32 ? static_cast<double>(reader.read<float>(key)) : reader.read<double>(key);
    } else if (type == array) {
        if (depth == most_depth) {
            fail(PI_INVALID_MODEL, "%s has arrays more than %d deep", shown(key).c_str(), most_depth);
        }
        const uint32_t item = reader.read<uint32_t>(key);
        if (item > f64) {
            fail(PI_INVALID_MODEL, "%s has items of the unknown value type %u", shown(key).c_str(), item);
        }
        const size_t count = reader.read_count(most_items, item_bytes(item), key);
        value.kind = Kind::items;
        value.integer = static_cast<int64_t>(count);
        if (item != text && item != array) {
            reader.skip(count * item_bytes(item), key);
            return value;
        }
        for (size_t i = 0; i < count; ++i) {
            read_value(reader, item, key, depth + 1);
        }
    } else {
        value.kind = Kind::integer;
        value.integer = read_integer(reader, type, key);
    }
    return value;
}

void GgufFile::read_metadata(ByteReader& reader)
{
    const size_t count = reader.read_count(most_entries, least_entry_bytes, "the metadata");
    for (size_t i = 0; i < count; ++i) {
        const std::string_view key = reader.read_string(most_name_bytes, "a metadata key");
        const uint32_t type = reader.read<uint32_t>(key);
        if (!values_.emplace(key, read_value(reader, type, key, 0)).second) {
            fail(PI_INVALID_MODEL, "the metadata key %s is there twice", shown(key).c_str());
        }
    }
}

void GgufFile::read_tensors(ByteReader& reader, size_t count)
{
    const int64_t alignment = find_integer("general.alignment").value_or(default_alignment);
    if (alignment < 1 || alignment > largest_alignment || (alignment & (alignment - 1)) != 0) {
        fail(PI_INVALID_MODEL, "general.alignment is %lld, not a power of two up to %lld", static_cast<long long>(alignment),
             static_cast<long long>(largest_alignment));
    }
    const int64_t file_bytes = static_cast<int64_t>(bytes_.size());
    for (size_t i = 0; i < count; ++i) {
        tensors_.push_back(read_tensor(reader, file_bytes));
        if (!by_name_.emplace(tensors_.back().name, i).second) {
            fail(PI_INVALID_MODEL, "the tensor %s is there twice", shown(tensors_.back().name).c_str());
        }
    }
    // Offsets count from the end of the table, rounded up to the alignment.
    const int64_t table_end = static_cast<int64_t>(reader.position());
    const int64_t start = (table_end + alignment - 1) / alignment * alignment;
    for (GgufTensor& tensor : tensors_) {
        if (tensor.offset % alignment != 0) {
            fail(PI_INVALID_MODEL, "the tensor %s does not begin at a multiple of %lld", shown(tensor.name).c_str(),
                 static_cast<long long>(alignment));
        }
        tensor.offset += start;
        if (tensor.offset > file_bytes - tensor.bytes) {
            fail(PI_INVALID_MODEL, "the tensor %s ends behind the end of the file", shown(tensor.name).c_str());
        }
    }
}

const GgufFile::Value* GgufFile::find(std::string_view key, Kind kind, const char* name) const
{
    const auto found = values_.find(key);
    if (found == values_.end()) {
        return nullptr;
    }
    if (found->second.kind != kind) {
        fail(PI_INVALID_MODEL, "the metadata value %s is not %s", shown(key).c_str(), name);
    }
    return &found->second;
}

std::optional<int64_t> GgufFile::find_integer(std::string_view key) const
{
    const Value* const value = find(key, Kind::integer, "an integer");
    return value == nullptr ? std::nullopt : std::optional(value->integer);
}

std::optional<double> GgufFile::find_number(std::string_view key) const
{
    // Some converters write whole numbers as integers.
    const auto found = values_.find(key);
    if (found != values_.end() && found->second.kind == Kind::integer) {
        return static_cast<double>(found->second.integer);
    }
    const Value* const value = find(key, Kind::number, "a number");
    return value == nullptr ? std::nullopt : std::optional(value->number);
}

std::optional<std::string_view> GgufFile::find_text(std::string_view key) const
{
    const Value* const value = find(key, Kind::text, "a string");
    return value == nullptr ? std::nullopt : std::optional(value->text);
}

std::optional<int64_t> GgufFile::find_items(std::string_view key) const
{
    const Value* const value = find(key, Kind::items, "an array");
    return value == nullptr ? std::nullopt : std::optional(value->integer);
}

const GgufTensor* GgufFile::find_tensor(std::string_view name) const
{
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &tensors_[found->second];
}

std::span<const uint8_t> GgufFile::bytes_of(const GgufTensor& tensor) const
{
    return bytes_.subspan(static_cast<size_t>(tensor.offset), static_cast<size_t>(tensor.bytes));
}

}
