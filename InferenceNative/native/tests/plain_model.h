#pragma once

#include <cmath>
#include <fstream>
#include <iterator>
#include <vector>

#include "synthetic_model.h"

namespace preble::testing {

/// The dumb version of the whole forward pass: double precision, one token after the other, every weight read straight from the file.
class PlainModel {
public:
    explicit PlainModel(const SyntheticModel& source) : model_(source), shape_(source.shape)
    {
        std::ifstream in(source.path, std::ios::binary);
        file_.assign(std::istreambuf_iterator<char>(in), {});
    }

    /// The logits after each of the tokens.
    std::vector<std::vector<double>> logits(const std::vector<int32_t>& tokens)
    {
        std::vector<std::vector<double>> result;
        keys_.assign(static_cast<size_t>(shape_.layers), {});
        values_ = keys_;
        for (size_t position = 0; position < tokens.size(); ++position) {
            result.push_back(forward(tokens[position], static_cast<int>(position)));
        }
        return result;
    }

private:
    using Vector = std::vector<double>;

    double weight(pi_role role, int layer, int64_t row, int64_t column) const
    {
        for (const pi_tensor& tensor : model_.tensors) {
            if (tensor.role == role && tensor.layer == layer) {
                const uint8_t* const at =
                    reinterpret_cast<const uint8_t*>(file_.data()) + tensor.offset + tensor.size_bytes / tensor.rows * row;
                return plain_weight(static_cast<pi_type>(tensor.type), at, column);
            }
        }
        throw std::runtime_error("no such tensor");
    }

    Vector multiply(pi_role role, int layer, int rows, const Vector& x) const
    {
        Vector out(static_cast<size_t>(rows));
        for (size_t row = 0; row < out.size(); ++row) {
            for (size_t i = 0; i < x.size(); ++i) {
                out[row] += weight(role, layer, static_cast<int64_t>(row), static_cast<int64_t>(i)) * x[i];
            }
        }
        return out;
    }

    Vector normalize(pi_role role, int layer, const Vector& x) const
    {
        double squares = 0;
        for (const double value : x) {
            squares += value * value;
        }
        const double factor = 1 / std::sqrt(squares / static_cast<double>(x.size()) + 1e-5);
        Vector out(x.size());
        for (size_t i = 0; i < x.size(); ++i) {
            out[i] = x[i] * factor * weight(role, layer, 0, static_cast<int64_t>(i));
        }
        return out;
    }

    void rotate(Vector& heads, int position) const
    {
        const size_t size = static_cast<size_t>(shape_.head_size);
        const bool halves = shape_.rope == PI_ROPE_HALVES;
        for (size_t head = 0; head < heads.size(); head += size) {
            for (size_t i = 0; i < size / 2; ++i) {
                const double angle = position * static_cast<double>(model_.frequencies[i]);
                double& a = heads[head + (halves ? i : 2 * i)];
                double& b = heads[head + (halves ? i + size / 2 : 2 * i + 1)];
                const double turned = a * std::cos(angle) - b * std::sin(angle);
                b = a * std::sin(angle) + b * std::cos(angle);
                a = turned;
            }
        }
    }

    Vector attend(int layer, const Vector& query) const
    {
        const size_t size = static_cast<size_t>(shape_.head_size);
        Vector out(query.size());
        for (size_t head = 0; head < static_cast<size_t>(shape_.heads); ++head) {
            const size_t kv = head / static_cast<size_t>(shape_.heads / shape_.kv_heads) * size;
            double total = 0;
            for (size_t position = 0; position < keys_[static_cast<size_t>(layer)].size(); ++position) {
                double score = 0;
                for (size_t i = 0; i < size; ++i) {
                    score += query[head * size + i] * keys_[static_cast<size_t>(layer)][position][kv + i];
                }
                const double share = std::exp(score / std::sqrt(static_cast<double>(size)));
                total += share;
                for (size_t i = 0; i < size; ++i) {
                    out[head * size + i] += share * values_[static_cast<size_t>(layer)][position][kv + i];
                }
            }
            for (size_t i = 0; i < size; ++i) {
                out[head * size + i] /= total;
            }
        }
        return out;
    }

    Vector forward(int32_t token, int position)
    {
        Vector x(static_cast<size_t>(shape_.hidden));
        for (size_t i = 0; i < x.size(); ++i) {
            x[i] = weight(PI_ROLE_TOKEN_EMBEDDING, 0, token, static_cast<int64_t>(i));
        }
        const auto add = [&](const Vector& y) {
            for (size_t i = 0; i < x.size(); ++i) {
                x[i] += y[i];
            }
        };
        for (int layer = 0; layer < shape_.layers; ++layer) {
            const Vector in = normalize(PI_ROLE_ATTENTION_NORM, layer, x);
            Vector query = multiply(PI_ROLE_QUERY, layer, shape_.heads * shape_.head_size, in);
            Vector key = multiply(PI_ROLE_KEY, layer, shape_.kv_heads * shape_.head_size, in);
            rotate(query, position);
            rotate(key, position);
            keys_[static_cast<size_t>(layer)].push_back(key);
            values_[static_cast<size_t>(layer)].push_back(multiply(PI_ROLE_VALUE, layer, shape_.kv_heads * shape_.head_size, in));
            add(multiply(PI_ROLE_ATTENTION_OUTPUT, layer, shape_.hidden, attend(layer, query)));
            const Vector between = normalize(PI_ROLE_FFN_NORM, layer, x);
            Vector gate = multiply(PI_ROLE_FFN_GATE, layer, shape_.ffn, between);
            const Vector up = multiply(PI_ROLE_FFN_UP, layer, shape_.ffn, between);
            for (size_t i = 0; i < gate.size(); ++i) {
                gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
            }
            add(multiply(PI_ROLE_FFN_DOWN, layer, shape_.hidden, gate));
        }
        return multiply(shape_.tied ? PI_ROLE_TOKEN_EMBEDDING : PI_ROLE_OUTPUT_HEAD, 0, shape_.vocabulary,
                        normalize(PI_ROLE_OUTPUT_NORM, 0, x));
    }

    const SyntheticModel& model_;
    SyntheticModel::Shape shape_;
    std::vector<char> file_;
    std::vector<std::vector<Vector>> keys_;
    std::vector<std::vector<Vector>> values_;
};

}
