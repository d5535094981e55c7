#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "preble_inference.h"

namespace preble::testing {

/// Writes GGUF files, right ones and, since it checks nothing, wrong ones. Add metadata and tensors, then take bytes().
class GgufWriter {
public:
    uint32_t version = 3;
    uint64_t alignment = 32;

    void add_integer(const std::string& key, uint32_t value)
    {
        begin_value(key, 4);
        append(metadata_, value);
    }

    void add_number(const std::string& key, float value)
    {
        begin_value(key, 6);
        append(metadata_, value);
    }

    void add_text(const std::string& key, const std::string& value)
    {
        begin_value(key, 8);
        append_text(metadata_, value);
    }

    void add_texts(const std::string& key, const std::vector<std::string>& values)
    {
        begin_value(key, 9);
        append(metadata_, uint32_t{8});
        append(metadata_, static_cast<uint64_t>(values.size()));
        for (const std::string& value : values) {
            append_text(metadata_, value);
        }
    }

    /// A value of any type, byte for byte.
    void add_raw(const std::string& key, uint32_t type, const std::vector<uint8_t>& bytes)
    {
        begin_value(key, type);
        metadata_.insert(metadata_.end(), bytes.begin(), bytes.end());
    }

    /// Columns first, as the file has them.
    void add_tensor(const std::string& name, const std::vector<uint64_t>& shape, uint32_t type, const std::vector<uint8_t>& bytes)
    {
        append_text(table_, name);
        append(table_, static_cast<uint32_t>(shape.size()));
        for (const uint64_t extent : shape) {
            append(table_, extent);
        }
        append(table_, type);
        append(table_, static_cast<uint64_t>(data_.size()));
        data_.insert(data_.end(), bytes.begin(), bytes.end());
        pad(data_);
        ++tensors_;
    }

    std::vector<uint8_t> bytes() const
    {
        std::vector<uint8_t> file = {'G', 'G', 'U', 'F'};
        append(file, version);
        append(file, tensors_);
        append(file, entries_);
        file.insert(file.end(), metadata_.begin(), metadata_.end());
        file.insert(file.end(), table_.begin(), table_.end());
        pad(file);
        file.insert(file.end(), data_.begin(), data_.end());
        return file;
    }

    template <class Number>
    static void append(std::vector<uint8_t>& to, Number value)
    {
        uint8_t raw[sizeof value];
        std::memcpy(raw, &value, sizeof value);
        for (const uint8_t byte : raw) {
            to.push_back(byte);
        }
    }

private:
    void begin_value(const std::string& key, uint32_t type)
    {
        append_text(metadata_, key);
        append(metadata_, type);
        ++entries_;
    }

    static void append_text(std::vector<uint8_t>& to, const std::string& value)
    {
        append(to, static_cast<uint64_t>(value.size()));
        to.insert(to.end(), value.begin(), value.end());
    }

    void pad(std::vector<uint8_t>& bytes) const { bytes.resize((bytes.size() + alignment - 1) / alignment * alignment); }

    std::vector<uint8_t> metadata_;
    std::vector<uint8_t> table_;
    std::vector<uint8_t> data_;
    uint64_t tensors_ = 0;
    uint64_t entries_ = 0;
};

}
