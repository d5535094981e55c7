#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "error.h"

namespace preble::bench {

/// A name out of a file, as a message may show it: its beginning, and nothing that a terminal would obey.
inline std::string shown(std::string_view name)
{
    constexpr size_t most = 80;
    std::string text(name.substr(0, most));
    for (char& letter : text) {
        letter = letter >= ' ' && letter <= '~' ? letter : '?';
    }
    return name.size() > most ? text + "..." : text;
}

/// Reads little-endian values in order and never past the end. Failures name what was being read.
class ByteReader {
public:
    explicit ByteReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

    size_t position() const { return position_; }
    size_t remaining() const { return bytes_.size() - position_; }

    template <class Number>
    Number read(std::string_view what)
    {
        Number value;
        std::memcpy(&value, take(sizeof value, what), sizeof value);
        return value;
    }

    /// A count of things that take at least so many bytes each: at most `limit`, and no more than the rest of the file holds.
    size_t read_count(uint64_t limit, size_t item_bytes, std::string_view what)
    {
        const uint64_t count = read<uint64_t>(what);
        if (count > limit || count > remaining() / item_bytes) {
            fail(PI_INVALID_MODEL, "the count or length of %s is %llu, over the limit of %llu or more than the rest of the file holds",
                 shown(what).c_str(), static_cast<unsigned long long>(count), static_cast<unsigned long long>(limit));
        }
        return static_cast<size_t>(count);
    }

    std::string_view read_string(uint64_t limit, std::string_view what)
    {
        const size_t length = read_count(limit, 1, what);
        return {reinterpret_cast<const char*>(take(length, what)), length};
    }

    void skip(size_t count, std::string_view what) { take(count, what); }

private:
    const uint8_t* take(size_t count, std::string_view what)
    {
        if (count > remaining()) {
            fail(PI_INVALID_MODEL, "the file ends inside %s", shown(what).c_str());
        }
        const uint8_t* const at = bytes_.data() + position_;
        position_ += count;
        return at;
    }

    std::span<const uint8_t> bytes_;
    size_t position_ = 0;
};

}
