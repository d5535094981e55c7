#pragma once

#include <cmath>
#include <cstdio>
#include <string>

namespace preble::bench {

/// Writes one JSON document piece by piece. Names and strings are our own or a file's name; what JSON must escape becomes a question mark.
class JsonWriter {
public:
    JsonWriter& begin_object(const char* name = nullptr) { return open(name, '{'); }
    JsonWriter& begin_array(const char* name = nullptr) { return open(name, '['); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& end_array() { return close(']'); }

    JsonWriter& field(const char* name, double value)
    {
        begin_value(name);
        char number[32];
        // JSON has no infinities; nothing here should be one.
        std::snprintf(number, sizeof number, "%.6g", value);
        text_ += std::isfinite(value) ? number : "null";
        return *this;
    }

    JsonWriter& field(const char* name, const std::string& value)
    {
        begin_value(name);
        add_string(value);
        return *this;
    }

    const std::string& text() const { return text_; }

private:
    JsonWriter& open(const char* name, char bracket)
    {
        begin_value(name);
        text_ += bracket;
        first_ = true;
        return *this;
    }

    JsonWriter& close(char bracket)
    {
        text_ += bracket;
        first_ = false;
        return *this;
    }

    void begin_value(const char* name)
    {
        text_ += first_ ? "" : ", ";
        first_ = false;
        if (name != nullptr) {
            add_string(name);
            text_ += ": ";
        }
    }

    void add_string(const std::string& value)
    {
        text_ += '"';
        for (const char letter : value) {
            text_ += letter < ' ' || letter == '"' || letter == '\\' ? '?' : letter;
        }
        text_ += '"';
    }

    std::string text_;
    bool first_ = true;
};

}
