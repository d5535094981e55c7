#include "engine/attention_plan.h"

#include <algorithm>
#include <bit>

namespace preble {
namespace {

/// Items for each thread, so that they end at about the same time.
constexpr int items_of_a_thread = 8;

int first_segment_of(int position, int window)
{
    return window == 0 ? 0 : std::max(0, position - window + 1) / segment_keys;
}

uint64_t hash_of(const int32_t* blocks)
{
    uint64_t hash = 0;
    for (int i = 0; i < segment_blocks; ++i) {
        hash = (hash ^ static_cast<uint32_t>(blocks[i])) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return hash;
}

}

AttentionPlan::AttentionPlan(const Shape& shape)
    : shape_(shape), table_(std::bit_ceil(static_cast<size_t>(shape.max_chunks) * 2), Entry{-1, 0, 0})
{
    sequences_.reserve(static_cast<size_t>(shape.max_chunks));
}

void AttentionPlan::assign(std::span<const pi_chunk> chunks, std::span<const int32_t> blocks, int threads, bool share)
{
    chunks_ = chunks;
    blocks_ = blocks;
    lay_out();
    int end = 0;
    for (const Sequence& sequence : sequences_) {
        end = std::max(end, sequence.end_segment);
    }
    for (int segment = 0; share && segment < end; ++segment) {
        group_segment(segment);
    }
    const auto own = std::count_if(cells_.begin(), cells_.end(), [](const Cell& cell) { return cell.members == 1; });
    const int64_t run = threads == 1 ? own : own * shape_.kv_heads / (int64_t{items_of_a_thread} * threads);
    for (Sequence& sequence : sequences_) {
        add_own(sequence, static_cast<int>(std::max<int64_t>(run, 1)));
    }
    for (const Sequence& sequence : sequences_) {
        for (int segment = sequence.first_segment; segment < sequence.end_segment; ++segment) {
            if (cell(sequence, segment).members > 1) {
                add_shared(sequence, segment);
            }
        }
    }
    std::sort(works_.begin(), works_.end(), [](const AttentionWork& a, const AttentionWork& b) { return a.cost > b.cost; });
}

void AttentionPlan::lay_out()
{
    sequences_.clear();
    cells_.clear();
    works_.clear();
    tokens_.clear();
    split_tokens_.clear();
    int row = 0;
    int64_t slots = 0;
    for (size_t index = 0; index < chunks_.size(); ++index) {
        const pi_chunk& chunk = chunks_[index];
        const int first = first_segment_of(chunk.start_position, shape_.window);
        const int end = (chunk.start_position + chunk.token_count - 1) / segment_keys + 1;
        const int64_t needed = int64_t{chunk.token_count} * (end - first);
        if (chunk.token_count <= shape_.tile_tokens && slots + needed <= shape_.slots) {
            sequences_.push_back({static_cast<int32_t>(index), row, first, end, static_cast<int32_t>(cells_.size()),
                                  static_cast<int32_t>(slots), -1});
            cells_.insert(cells_.end(), static_cast<size_t>(end - first), Cell{-1, 1});
            slots += needed;
        } else {
            add_tiles(chunk, static_cast<int>(index), row);
        }
        row += chunk.token_count;
    }
}

void AttentionPlan::add_tiles(const pi_chunk& chunk, int index, int first_row)
{
    for (int begin = 0; begin < chunk.token_count; begin += shape_.tile_tokens) {
        const int count = std::min(shape_.tile_tokens, chunk.token_count - begin);
        const int first = first_segment_of(chunk.start_position + begin, shape_.window);
        const int end = (chunk.start_position + begin + count - 1) / segment_keys + 1;
        add_work({index, static_cast<int32_t>(tokens_.size()), count, first, end - first, true, 0});
        for (int i = begin; i < begin + count; ++i) {
            tokens_.push_back({first_row + i, chunk.start_position + i, 0, -1});
        }
    }
}

/// Only what every token of the chunk sees whole: then the queries of all sharers can be told nothing apart.
bool AttentionPlan::may_share(const Sequence& sequence, int segment) const
{
    const pi_chunk& chunk = chunk_of(sequence);
    const int last = chunk.start_position + chunk.token_count - 1;
    const bool in_window = shape_.window == 0 || last - shape_.window + 1 <= segment * segment_keys;
    return segment >= sequence.first_segment && (segment + 1) * segment_keys <= chunk.start_position + 1 && in_window;
}

void AttentionPlan::group_segment(int segment)
{
    ++stamp_;
    for (int32_t index = 0; index < static_cast<int32_t>(sequences_.size()); ++index) {
        const Sequence& sequence = sequences_[static_cast<size_t>(index)];
        if (!may_share(sequence, segment)) {
            continue;
        }
        const int32_t* const mine = blocks_of(sequence, segment);
        for (size_t at = hash_of(mine) & (table_.size() - 1);; at = (at + 1) & (table_.size() - 1)) {
            Entry& entry = table_[at];
            if (entry.stamp != stamp_) {
                entry = {stamp_, index, index};
                break;
            }
            const Sequence& first = sequences_[static_cast<size_t>(entry.first)];
            if (std::equal(mine, mine + segment_blocks, blocks_of(first, segment))) {
                cell(sequence, segment).members = 0;
                cell(sequences_[static_cast<size_t>(entry.last)], segment).next = index;
                ++cell(first, segment).members;
                entry.last = index;
                break;
            }
        }
    }
}

void AttentionPlan::add_own(Sequence& sequence, int longest_run)
{
    const pi_chunk& chunk = chunk_of(sequence);
    const int segments = sequence.end_segment - sequence.first_segment;
    bool split = segments > longest_run;
    for (int segment = sequence.first_segment; segment < sequence.end_segment; ++segment) {
        split = split || is_shared(sequence, segment);
    }
    const int32_t first_token = static_cast<int32_t>(tokens_.size());
    sequence.first_split = split ? static_cast<int32_t>(split_tokens_.size()) : -1;
    for (int i = 0; i < chunk.token_count; ++i) {
        const int slot = sequence.first_slot + i * segments;
        tokens_.push_back({sequence.first_row + i, chunk.start_position + i, slot - sequence.first_segment,
                           split ? sequence.first_split + i : -1});
        if (split) {
            split_tokens_.push_back({sequence.first_row + i, slot, segments, 0});
        }
    }
    if (!split) {
        add_work({sequence.chunk, first_token, chunk.token_count, sequence.first_segment, segments, true, 0});
        return;
    }
    for (int begin = sequence.first_segment; begin < sequence.end_segment;) {
        int end = begin;
        while (end < sequence.end_segment && end - begin < longest_run && !is_shared(sequence, end)) {
            ++end;
        }
        if (end > begin) {
            add_work({sequence.chunk, first_token, chunk.token_count, begin, end - begin, false, 0});
        }
        begin = std::max(end, begin + 1);
    }
}

void AttentionPlan::add_shared(const Sequence& first, int segment)
{
    const int32_t begin = static_cast<int32_t>(tokens_.size());
    for (const Sequence* member = &first;; member = &sequences_[static_cast<size_t>(cell(*member, segment).next)]) {
        const pi_chunk& chunk = chunk_of(*member);
        const int segments = member->end_segment - member->first_segment;
        for (int i = 0; i < chunk.token_count; ++i) {
            tokens_.push_back({member->first_row + i, chunk.start_position + i, member->first_slot + i * segments - member->first_segment,
                               member->first_split + i});
        }
        if (cell(*member, segment).next < 0) {
            break;
        }
    }
    const int count = static_cast<int>(tokens_.size()) - begin;
    const int pieces = (count + shape_.tile_tokens - 1) / shape_.tile_tokens;
    for (int piece = 0; piece < pieces; ++piece) {
        const int from = begin + count * piece / pieces;
        add_work({first.chunk, from, begin + count * (piece + 1) / pieces - from, segment, 1, false, 0});
    }
}

void AttentionPlan::add_work(const AttentionWork& work)
{
    works_.push_back(work);
    works_.back().cost = int64_t{work.token_count} * work.segment_count;
    for (int i = 0; !work.whole && i < work.token_count; ++i) {
        ++split_tokens_[static_cast<size_t>(tokens_[static_cast<size_t>(work.first_token + i)].owner)].works;
    }
}

}
