#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace preble::testing {

/// Random numbers that are the same in every run.
class SeededRandom {
public:
    explicit SeededRandom(uint64_t seed) : engine_(seed) {}

    /// From 0 to count - 1.
    int below(int count) { return static_cast<int>(engine_() % static_cast<uint64_t>(count)); }
    float uniform(float low, float high)
    {
        return low + (high - low) * static_cast<float>(static_cast<double>(engine_() >> 11) * 0x1p-53);
    }
    float normal()
    {
        float sum = 0;
        for (int i = 0; i < 12; ++i) {
            sum += uniform(-0.5f, 0.5f);
        }
        return sum;
    }
    uint32_t bits() { return static_cast<uint32_t>(engine_()); }
    uint8_t byte() { return static_cast<uint8_t>(engine_() >> 40); }
    std::vector<float> normals(size_t count)
    {
        std::vector<float> values(count);
        for (float& value : values) {
            value = normal();
        }
        return values;
    }

private:
    std::mt19937_64 engine_;
};

/// Data on which a comparison means something: numbers, spread out, of both signs.
inline bool is_interesting(const std::vector<float>& values)
{
    double sum = 0;
    double squares = 0;
    for (const float value : values) {
        if (!std::isfinite(value)) {
            return false;
        }
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const double count = static_cast<double>(values.size());
    const double variance = squares / count - sum / count * sum / count;
    return variance > 1e-8 && variance > 0.05 * squares / count;
}

}
