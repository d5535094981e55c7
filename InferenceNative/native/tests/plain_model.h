#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "synthetic_model.h"

namespace preble::testing {

/// The dumb version of the whole forward pass: double precision, one token after the other, every weight read straight from the file.
class PlainModel {
public:
    explicit PlainModel(const SyntheticModel& source) : model_(source), shape_(source.shape), traits_(source.shape.traits)
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

    const pi_tensor& find(pi_role role, int layer, int expert = 0) const
    {
        for (const pi_tensor& tensor : model_.tensors) {
            if (tensor.role == role && tensor.layer == layer && tensor.expert == expert) {
                return tensor;
            }
        }
        throw std::runtime_error("no such tensor");
    }

    double weight(const pi_tensor& tensor, int64_t row, int64_t column) const
    {
        return values_of(tensor)[static_cast<size_t>(row * tensor.columns + column)];
    }

    /// All weights of a tensor, computed once: unpacking a block for each of its weights again takes minutes.
    const Vector& values_of(const pi_tensor& tensor) const
    {
        Vector& values = weights_[tensor.offset];
        const uint8_t* const at = reinterpret_cast<const uint8_t*>(file_.data()) + tensor.offset;
        if (values.empty()) {
            for (int64_t row = 0; row < tensor.rows; ++row) {
                append_plain_row(values, static_cast<pi_type>(tensor.type), at + tensor.size_bytes / tensor.rows * row, tensor.columns);
            }
        }
        return values;
    }

    Vector multiply(pi_role role, int layer, int rows, const Vector& x, int expert = 0) const
    {
        const pi_tensor& tensor = find(role, layer, expert);
        Vector out(static_cast<size_t>(rows));
        for (size_t row = 0; row < out.size(); ++row) {
            for (size_t i = 0; i < x.size(); ++i) {
                out[row] += weight(tensor, static_cast<int64_t>(row), static_cast<int64_t>(i)) * x[i];
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
            out[i] = x[i] * factor * (weight(find(role, layer), 0, static_cast<int64_t>(i)) + (traits_.norm_plus_one ? 1 : 0));
        }
        return out;
    }

    void add_bias(pi_role role, int layer, Vector& x) const
    {
        for (size_t i = 0; traits_.biases && i < x.size(); ++i) {
            x[i] += weight(find(role, layer), 0, static_cast<int64_t>(i));
        }
    }

    void normalize_heads(pi_role role, int layer, Vector& heads) const
    {
        for (auto at = heads.begin(); traits_.head_norms && at != heads.end(); at += shape_.head_size) {
            const Vector head = normalize(role, layer, Vector(at, at + shape_.head_size));
            std::copy(head.begin(), head.end(), at);
        }
    }

    double activate(double x) const
    {
        const double cubic = std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x);
        return traits_.activation == PI_ACTIVATION_GELU ? x / 2 * (1 + std::tanh(cubic)) : x / (1 + std::exp(-x));
    }

    static double capped(double x, double cap) { return cap > 0 ? cap * std::tanh(x / cap) : x; }

    bool has_window(int layer) const
    {
        return traits_.window > 0 && (traits_.window_period == 0 || layer % traits_.window_period != traits_.window_period - 1);
    }

    void rotate(Vector& heads, int position, int layer) const
    {
        const size_t size = static_cast<size_t>(shape_.head_size);
        const bool halves = shape_.rope == PI_ROPE_HALVES;
        const size_t set = traits_.own_rotation_in_windows && has_window(layer) ? size / 2 : 0;
        for (size_t head = 0; head < heads.size(); head += size) {
            for (size_t i = 0; i < size / 2; ++i) {
                const double angle = position * static_cast<double>(model_.frequencies[set + i]);
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
            const size_t end = keys_[static_cast<size_t>(layer)].size();
            const size_t window = static_cast<size_t>(has_window(layer) ? traits_.window : shape_.context);
            const double scale = traits_.attention_scale > 0 ? static_cast<double>(traits_.attention_scale) : 1 / std::sqrt(static_cast<double>(size));
            for (size_t position = end < window ? 0 : end - window; position < end; ++position) {
                double score = 0;
                for (size_t i = 0; i < size; ++i) {
                    score += query[head * size + i] * keys_[static_cast<size_t>(layer)][position][kv + i];
                }
                const double share = std::exp(capped(score * scale, static_cast<double>(traits_.attention_softcap)));
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

    Vector feed_forward(pi_role gate_role, pi_role up_role, pi_role down_role, int layer, const Vector& x, int expert = 0) const
    {
        Vector gate = multiply(gate_role, layer, shape_.ffn, x, expert);
        const Vector up = multiply(up_role, layer, shape_.ffn, x, expert);
        for (size_t i = 0; i < gate.size(); ++i) {
            gate[i] = activate(gate[i]) * up[i];
        }
        return multiply(down_role, layer, shape_.hidden, gate, expert);
    }

    /// Every expert's output by its share, which is zero for those that are not among the best.
    Vector mixture(int layer, const Vector& x) const
    {
        const Vector scores = multiply(PI_ROLE_ROUTER, layer, traits_.experts, x);
        double all = 0;
        double best = 0;
        const auto is_best = [&](size_t expert) {
            int before = 0;
            for (size_t other = 0; other < scores.size(); ++other) {
                before += scores[other] > scores[expert] || (scores[other] == scores[expert] && other < expert);
            }
            return before < traits_.experts_used;
        };
        for (size_t expert = 0; expert < scores.size(); ++expert) {
            all += std::exp(scores[expert]);
            best += is_best(expert) ? std::exp(scores[expert]) : 0;
        }
        Vector out(x.size());
        for (size_t expert = 0; expert < scores.size(); ++expert) {
            const double share = is_best(expert) ? std::exp(scores[expert]) / (traits_.experts_normed ? best : all) : 0;
            const Vector one = feed_forward(PI_ROLE_EXPERT_GATE, PI_ROLE_EXPERT_UP, PI_ROLE_EXPERT_DOWN, layer, x, static_cast<int>(expert));
            for (size_t i = 0; i < out.size(); ++i) {
                out[i] += share * one[i];
            }
        }
        return out;
    }

    Vector forward(int32_t token, int position)
    {
        Vector x(static_cast<size_t>(shape_.hidden));
        for (size_t i = 0; i < x.size(); ++i) {
            x[i] = weight(find(PI_ROLE_TOKEN_EMBEDDING, 0), token, static_cast<int64_t>(i)) *
                   (traits_.embedding_scale > 0 ? static_cast<double>(traits_.embedding_scale) : 1);
        }
        const auto add = [&](pi_role post_norm, int layer, const Vector& added) {
            const Vector y = traits_.post_norms ? normalize(post_norm, layer, added) : added;
            for (size_t i = 0; i < x.size(); ++i) {
                x[i] += y[i];
            }
        };
        for (int layer = 0; layer < shape_.layers; ++layer) {
            const Vector in = normalize(PI_ROLE_ATTENTION_NORM, layer, x);
            Vector query = multiply(PI_ROLE_QUERY, layer, shape_.heads * shape_.head_size, in);
            Vector key = multiply(PI_ROLE_KEY, layer, shape_.kv_heads * shape_.head_size, in);
            Vector value = multiply(PI_ROLE_VALUE, layer, shape_.kv_heads * shape_.head_size, in);
            add_bias(PI_ROLE_QUERY_BIAS, layer, query);
            add_bias(PI_ROLE_KEY_BIAS, layer, key);
            add_bias(PI_ROLE_VALUE_BIAS, layer, value);
            normalize_heads(PI_ROLE_QUERY_NORM, layer, query);
            normalize_heads(PI_ROLE_KEY_NORM, layer, key);
            rotate(query, position, layer);
            rotate(key, position, layer);
            keys_[static_cast<size_t>(layer)].push_back(key);
            values_[static_cast<size_t>(layer)].push_back(value);
            add(PI_ROLE_POST_ATTENTION_NORM, layer, multiply(PI_ROLE_ATTENTION_OUTPUT, layer, shape_.hidden, attend(layer, query)));
            const Vector between = normalize(PI_ROLE_FFN_NORM, layer, x);
            add(PI_ROLE_POST_FFN_NORM, layer,
                traits_.experts > 0 ? mixture(layer, between)
                                    : feed_forward(PI_ROLE_FFN_GATE, PI_ROLE_FFN_UP, PI_ROLE_FFN_DOWN, layer, between));
        }
        Vector logits = multiply(shape_.tied ? PI_ROLE_TOKEN_EMBEDDING : PI_ROLE_OUTPUT_HEAD, 0, shape_.vocabulary,
                                 normalize(PI_ROLE_OUTPUT_NORM, 0, x));
        for (double& logit : logits) {
            logit = capped(logit, static_cast<double>(traits_.logit_softcap));
        }
        return logits;
    }

    const SyntheticModel& model_;
    SyntheticModel::Shape shape_;
    SyntheticModel::Traits traits_;
    std::vector<char> file_;
    mutable std::map<int64_t, Vector> weights_;  // by offset
    std::vector<std::vector<Vector>> keys_;
    std::vector<std::vector<Vector>> values_;
};

}
