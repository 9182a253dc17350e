/// RowSet and Posting against the standard library's sets, over seeded random histories.

#include "store/row_set.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <vector>

#include "store/posting.hpp"

namespace waybill {
namespace {

using Combine = RowSet::Combine;
using Model = std::set<uint32_t>;

std::vector<uint32_t> items_of(const Model& model) {
  return {model.begin(), model.end()};
}

/// The rows of one chunk, as the engine's bitmaps have them.
RowSet::Chunk words_of(const Model& model, uint32_t chunk) {
  RowSet::Chunk words{};
  const uint32_t first = chunk * RowSet::chunk_rows;
  for (auto row = model.lower_bound(first); row != model.end() && *row - first < RowSet::chunk_rows;
       ++row) {
    words[(*row - first) / 64] |= uint64_t{1} << *row % 64;
  }
  return words;
}

/// All that reading gives; `Set` is a RowSet or a Posting.
template <class Set>
void check_reading(const Set& set, const Model& model, std::mt19937& random, uint32_t limit) {
  REQUIRE(set.size() == model.size());
  REQUIRE(set.empty() == model.empty());
  REQUIRE(std::vector<uint32_t>(set.begin(), set.end()) == items_of(model));
  for (int i = 0; i < 50; ++i) {
    const auto row = static_cast<uint32_t>(random() % limit);
    REQUIRE(set.contains(row) == model.contains(row));
    const auto behind = model.lower_bound(row);
    REQUIRE(set.next(row) == (behind == model.end() ? std::nullopt : std::optional(*behind)));
  }
  for (uint32_t chunk = 0; chunk <= limit / RowSet::chunk_rows; ++chunk) {
    const RowSet::Chunk own = words_of(model, chunk);
    RowSet::Chunk before;
    for (uint64_t& word : before) word = uint64_t{random()} << 32 | random();
    for (const auto how :
         {Combine::assign, Combine::unite, Combine::intersect, Combine::subtract}) {
      RowSet::Chunk words = before;
      set.combine(chunk, words, how);
      bool right = true;
      for (size_t i = 0; i < words.size(); ++i) {
        const uint64_t expected = how == Combine::assign      ? own[i]
                                  : how == Combine::unite     ? before[i] | own[i]
                                  : how == Combine::intersect ? before[i] & own[i]
                                                              : before[i] & ~own[i];
        right = right && words[i] == expected;
      }
      REQUIRE(right);
    }
  }
}

void check_all(const RowSet& set, const Model& model, std::mt19937& random, uint32_t limit) {
  check_reading(set, model, random, limit);
  check_reading(Posting(set), model, random, limit);
  for (int i = 0; i < 50; ++i) {
    const auto end = static_cast<uint32_t>(random() % limit);
    const auto behind = model.lower_bound(end);
    REQUIRE(set.previous(end) ==
            (behind == model.begin() ? std::nullopt : std::optional(*std::prev(behind))));
  }
  for (uint32_t chunk = 0; chunk <= limit / RowSet::chunk_rows; ++chunk) {
    const auto begin = model.lower_bound(chunk * RowSet::chunk_rows);
    const auto end = model.lower_bound((chunk + 1) * RowSet::chunk_rows);
    REQUIRE(set.count_in(chunk) == std::distance(begin, end));
  }
}

TEST_CASE("a row set holds what std::set holds, growing and shrinking", "[Q-45]") {
  std::mt19937 random(20241215);
  // Few rows; arrays; bitmaps; and so far apart that every chunk holds few.
  for (const uint32_t limit : {300u, 20'000u, 70'000u, 3'000'000u}) {
    RowSet set;
    Model model;
    const size_t most = limit > 1'000'000 ? 4'000 : limit * 2 / 3;
    for (const bool grow : {true, false, true, false}) {
      for (int step = 0; grow ? model.size() < most : !model.empty(); ++step) {
        const auto row = static_cast<uint32_t>(random() % limit);
        if (random() % 8 != 0 == grow) {
          REQUIRE(set.add(row) == model.insert(row).second);
        } else {
          const auto behind = model.lower_bound(row);  // mostly one that is there
          const uint32_t gone = behind == model.end() ? row : *behind;
          REQUIRE(set.remove(gone) == (model.erase(gone) == 1));
        }
        if (step % 5'000 == 0) check_all(set, model, random, limit);
      }
      check_all(set, model, random, limit);
    }
    CHECK(set.empty());
  }
}

TEST_CASE("a row set knows the borders of its chunks", "[Q-45]") {
  std::mt19937 random(7);
  const std::vector<uint32_t> borders{0,     1,     63,    64,    16'382, 16'383,
                                      16384, 16385, 32767, 32768, 49'151, 49'152};
  RowSet set;
  Model model;
  for (const uint32_t padding : {0u, 3'000u}) {  // few rows, then chunks
    for (uint32_t i = 0; i < padding; ++i) {
      set.add(100'000 + i);
      model.insert(100'000 + i);
    }
    for (const uint32_t row : borders) CHECK(set.add(row) == model.insert(row).second);
    check_all(set, model, random, 110'000);
    for (const uint32_t row : borders) {
      CHECK(set.next(row) == row);
      CHECK(set.previous(row + 1) == row);
    }
    for (const uint32_t row : borders) CHECK(set.remove(row) == (model.erase(row) == 1));
    check_all(set, model, random, 110'000);
  }
  RowSet last;
  CHECK(last.add(RowSet::no_row - 1));
  CHECK(last.next(5) == RowSet::no_row - 1);
  CHECK_FALSE(last.next(RowSet::no_row));
}

TEST_CASE("a row set costs about two bytes a row while it is sparse, and a bit while it is dense") {
  RowSet dense;
  for (uint32_t row = 0; row < 1'000'000; ++row) dense.add(row);
  CHECK(dense.bytes() < 1'000'000 / 8 + 8'000);
  RowSet sparse;
  for (uint32_t row = 0; row < 1'000'000; row += 40) sparse.add(row);
  CHECK(sparse.bytes() < 25'000 * 3 + 6'000);
  for (uint32_t row = 0; row < 1'000'000; ++row) {
    if (row % 100'000 != 0) dense.remove(row);
  }
  CHECK(dense.size() == 10);
  CHECK(dense.bytes() < 1'100);  // it has become one array again
}

TEST_CASE("a posting is none, one row or a set") {
  std::mt19937 random(1);
  check_reading(Posting(), {}, random, 40'000);
  check_reading(Posting(16'384), {16'384}, random, 40'000);
  CHECK_FALSE(Posting().first());
  CHECK(Posting(5).first() == 5);
  CHECK_FALSE(Posting().contains(RowSet::no_row));
  CHECK_FALSE(Posting(5).next(6));
}

}  // namespace
}  // namespace waybill
