#include <algorithm>
#include <map>
#include <set>

#include "check.h"
#include "engine/attention_plan.h"
#include "seeded_random.h"

using namespace preble;
using namespace preble::testing;

namespace {

constexpr int tile = 4;

/// The arrays of a step, as far as attention looks at them.
struct Chunks {
    void add(int start, int tokens, const std::vector<int32_t>& table)
    {
        pi_chunk chunk = {};
        chunk.start_position = start;
        chunk.token_count = tokens;
        chunk.block_offset = static_cast<int32_t>(blocks.size());
        chunk.block_count = static_cast<int32_t>(table.size());
        chunks.push_back(chunk);
        blocks.insert(blocks.end(), table.begin(), table.end());
    }

    std::vector<pi_chunk> chunks;
    std::vector<int32_t> blocks;
};

/// Sequences on a tree of prefixes: some share nothing, some one segment, some more, some all of a segment but a block at its end or inside.
Chunks random_chunks(SeededRandom& random)
{
    constexpr int beyond[] = {0, 1, segment_blocks - 1};
    // At the last two, windows of 300 and of 700 begin with the last key of a segment.
    constexpr int into_segment[] = {0, 100, 200, 42, 186};
    Chunks result;
    int32_t next_block = 10000;
    const int count = 1 + random.below(12);
    for (int i = 0; i < count; ++i) {
        const int start = random.below(6) * segment_keys + into_segment[random.below(5)];
        const int tokens = random.below(3) == 0 ? 1 + random.below(3 * tile) : 1;
        std::vector<int32_t> table;
        const int branch = random.below(3);
        const int leaf = random.below(3);
        const int shared = random.below(5) * segment_blocks + beyond[random.below(3)];
        const int hole = random.below(4) == 0 ? random.below(3 * segment_blocks) : -1;
        for (int block = 0; block < (start + tokens + block_tokens - 1) / block_tokens; ++block) {
            const int32_t prefix = block < segment_blocks ? block : block < 3 * segment_blocks ? block + 1000 * branch : block + 1000 * leaf + 5000;
            table.push_back(block < shared && block != hole && block < start / block_tokens ? prefix : next_block++);
        }
        result.add(start, tokens, table);
    }
    return result;
}

bool sees(int position, int segment, int window)
{
    return segment * segment_keys <= position && (window == 0 || position - window + 1 < (segment + 1) * segment_keys);
}

const int32_t* blocks_at(const Chunks& from, int chunk, int segment)
{
    return &from.blocks[static_cast<size_t>(from.chunks[static_cast<size_t>(chunk)].block_offset + segment * segment_blocks)];
}

/// What a work may compute for a token of another chunk: a segment that both see whole, on the same blocks.
bool same_blocks(const Chunks& from, int a, int b, int segment)
{
    return std::equal(blocks_at(from, a, segment), blocks_at(from, a, segment) + segment_blocks, blocks_at(from, b, segment));
}

bool whole_for(const pi_chunk& chunk, int segment, int window)
{
    for (int key = segment * segment_keys; key < (segment + 1) * segment_keys; ++key) {
        for (int i = 0; i < chunk.token_count; ++i) {
            const int position = chunk.start_position + i;
            if (key > position || (window > 0 && key <= position - window)) {
                return false;
            }
        }
    }
    return true;
}


/// Every segment that a token sees is computed exactly once, by a work that reads the right blocks. Returns who computed what.
std::map<std::pair<int, int>, const AttentionWork*> check_cover(const Chunks& from, const AttentionPlan& plan, int window)
{
    std::map<std::pair<int, int>, const AttentionWork*> by;
    std::vector<int> chunk_of;
    std::vector<int> position_of;
    for (size_t i = 0; i < from.chunks.size(); ++i) {
        for (int token = 0; token < from.chunks[i].token_count; ++token) {
            chunk_of.push_back(static_cast<int>(i));
            position_of.push_back(from.chunks[i].start_position + token);
        }
    }
    std::map<int, int> works;
    std::map<int, int> slot_user;
    for (const AttentionWork& work : plan.works()) {
        CHECK(work.token_count >= 1 && work.token_count <= tile && work.segment_count >= 1);
        for (int i = 0; i < work.token_count; ++i) {
            const AttentionToken& token = plan.tokens()[static_cast<size_t>(work.first_token + i)];
            const int chunk = chunk_of[static_cast<size_t>(token.row)];
            CHECK(token.position == position_of[static_cast<size_t>(token.row)]);
            for (int segment = work.first_segment; segment < work.first_segment + work.segment_count; ++segment) {
                const bool own = chunk == work.chunk;
                CHECK(own || (same_blocks(from, chunk, work.chunk, segment) &&
                              whole_for(from.chunks[static_cast<size_t>(chunk)], segment, window)));
                const bool fresh = by.insert({{token.row, segment}, &work}).second;
                CHECK(fresh);
                if (!work.whole) {
                    const bool unused = slot_user.insert({token.slot + segment, token.row}).second;
                    CHECK(unused);
                }
            }
            if (!work.whole) {
                ++works[token.owner];
                CHECK(plan.split_tokens()[static_cast<size_t>(token.owner)].row == token.row);
            }
        }
    }
    for (size_t row = 0; row < chunk_of.size(); ++row) {
        for (int segment = 0; segment * segment_keys <= position_of[row]; ++segment) {
            if (sees(position_of[row], segment, window)) {
                CHECK(by.contains({static_cast<int>(row), segment}));
            }
        }
    }
    for (size_t i = 0; i < plan.split_tokens().size(); ++i) {
        const SplitToken& token = plan.split_tokens()[i];
        CHECK(token.works == works[static_cast<int>(i)] && token.works > 0);
        for (int segment = 0; segment < token.segment_count; ++segment) {
            CHECK(slot_user[token.slot + segment] == token.row);
        }
    }
    return by;
}

}

TEST("every segment that a token sees is computed once, on its own blocks, by a plan for any chunks, window, threads and room")
{
    SeededRandom random(5);
    AttentionPlan full({tile, 3, 0, 1000, 16});
    AttentionPlan windowed({tile, 3, 300, 1000, 16});
    AttentionPlan small({tile, 3, 0, 7, 16});
    for (int round = 0; round < 400; ++round) {
        const Chunks from = random_chunks(random);
        const int threads = 1 + random.below(4);
        for (AttentionPlan* const plan : {&full, &windowed, &small}) {
            plan->assign(from.chunks, from.blocks, threads, random.below(4) != 0);
            check_cover(from, *plan, plan == &windowed ? 300 : 0);
        }
    }
}

TEST("two chunks with the same blocks in a segment that both see whole share its works, and no others do")
{
    SeededRandom random(6);
    int shared = 0;
    for (const int window : {0, 300, 700}) {
        AttentionPlan plan({tile, 3, window, 100000, 16});
        for (int round = 0; round < 300; ++round) {
            const Chunks from = random_chunks(random);
            plan.assign(from.chunks, from.blocks, 2, true);
            const auto by = check_cover(from, plan, window);
            for (int segment = 0; segment < 8; ++segment) {
                // Chunks by pairwise comparison; the works of a group are as few as its tokens allow.
                std::vector<int> rows_begin;
                int row = 0;
                for (const pi_chunk& chunk : from.chunks) {
                    rows_begin.push_back(row);
                    row += chunk.token_count;
                }
                std::set<size_t> done;
                for (size_t a = 0; a < from.chunks.size(); ++a) {
                    if (done.contains(a) || from.chunks[a].token_count > tile || !whole_for(from.chunks[a], segment, window)) {
                        continue;
                    }
                    int tokens = 0;
                    int chunks = 0;
                    std::set<const AttentionWork*> works;
                    for (size_t b = a; b < from.chunks.size(); ++b) {
                        if (from.chunks[b].token_count <= tile && whole_for(from.chunks[b], segment, window) &&
                            same_blocks(from, static_cast<int>(a), static_cast<int>(b), segment)) {
                            done.insert(b);
                            ++chunks;
                            tokens += from.chunks[b].token_count;
                            for (int i = 0; i < from.chunks[b].token_count; ++i) {
                                works.insert(by.at({rows_begin[b] + i, segment}));
                            }
                        }
                    }
                    CHECK(static_cast<int>(works.size()) == (chunks == 1 ? 1 : (tokens + tile - 1) / tile));
                    shared += chunks > 1 ? 1 : 0;
                }
            }
        }
    }
    CHECK(shared > 200);
}

TEST("one long sequence is work for all threads, many short ones are a work each, and the largest come first")
{
    AttentionPlan plan({16, 1, 0, 1000, 32});
    Chunks one;
    std::vector<int32_t> table(257);
    for (size_t i = 0; i < table.size(); ++i) {
        table[i] = static_cast<int32_t>(i);
    }
    one.add(4096, 1, table);
    plan.assign(one.chunks, one.blocks, 2, true);
    CHECK(plan.works().size() >= 8 && plan.split_tokens().size() == 1);
    Chunks many;
    for (int i = 0; i < 32; ++i) {
        std::vector<int32_t> own(33);
        for (size_t j = 0; j < own.size(); ++j) {
            own[j] = 1000 * i + static_cast<int32_t>(j);
        }
        many.add(i % 2 == 0 ? 512 : 100, 1, own);
    }
    plan.assign(many.chunks, many.blocks, 2, true);
    CHECK(plan.works().size() == 32 && plan.split_tokens().empty());
    CHECK(std::is_sorted(plan.works().begin(), plan.works().end(),
                         [](const AttentionWork& a, const AttentionWork& b) { return a.cost > b.cost; }));
    CHECK(plan.works().front().cost > plan.works().back().cost);
}
