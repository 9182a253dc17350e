/// OrderedRows against std::set, over seeded random histories.

#include "store/ordered_rows.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <vector>

namespace waybill {
namespace {

using Entry = std::pair<uint64_t, uint32_t>;
using Model = std::set<Entry>;

void check_place(const OrderedRows::Cursor& at, const Model& model,
                 Model::const_iterator expected) {
  REQUIRE(at.at_end() == (expected == model.end()));
  if (!at.at_end()) REQUIRE(Entry{at.key(), at.row()} == *expected);
}

void check_reading(const OrderedRows& rows, const Model& model, std::mt19937& random,
                   uint64_t keys) {
  REQUIRE(rows.size() == model.size());
  REQUIRE(rows.empty() == model.empty());
  std::vector<Entry> walked;
  for (auto at = rows.begin(); !at.at_end(); at.next()) walked.emplace_back(at.key(), at.row());
  REQUIRE(walked == std::vector<Entry>(model.begin(), model.end()));
  REQUIRE(rows.last_key() == (model.empty() ? std::nullopt : std::optional(model.rbegin()->first)));
  for (int i = 0; i < 50; ++i) {
    const Entry entry{random() % (keys + 2), static_cast<uint32_t>(random() % 1000)};
    check_place(rows.seek(entry.first, entry.second), model, model.lower_bound(entry));
    const auto behind = model.lower_bound({entry.first, 0});
    REQUIRE(rows.key_before(entry.first) ==
            (behind == model.begin() ? std::nullopt : std::optional(std::prev(behind)->first)));
    REQUIRE(rows.count_below(entry.first) ==
            static_cast<uint64_t>(std::distance(model.begin(), behind)));
  }
}

TEST_CASE("ordered rows hold what std::set holds, growing and shrinking", "[Q-76][Q-79][Q-94]") {
  std::mt19937 random(20241215);
  for (const uint64_t keys : {uint64_t{3}, uint64_t{700}, uint64_t{1} << 40}) {
    OrderedRows rows;
    Model model;
    for (const bool grow : {true, false, true, false}) {
      for (int step = 0; grow ? model.size() < 3'000 : !model.empty(); ++step) {
        const Entry entry{(uint64_t{random()} << 32 | random()) % keys,
                          static_cast<uint32_t>(random() % 5000)};
        if (random() % 6 != 0 == grow) {
          rows.add(entry.first, entry.second);
          model.insert(entry);
        } else {
          const auto behind = model.lower_bound(entry);  // mostly one that is there
          const Entry gone = behind == model.end() ? entry : *behind;
          rows.remove(gone.first, gone.second);
          model.erase(gone);
        }
        if (step % 1'000 == 0) check_reading(rows, model, random, keys);
      }
      check_reading(rows, model, random, keys);
    }
    CHECK(rows.bytes() < 1'000);
  }
}

TEST_CASE("ascending entries cost little more than 12 bytes, and moving to the end keeps it so",
          "[Q-94]") {
  std::mt19937 random(1);
  OrderedRows rows;
  const uint32_t count = 100'000;
  std::vector<uint64_t> keys(count);
  for (uint32_t row = 0; row < count; ++row) rows.add(keys[row] = row / 3, row);
  CHECK(rows.bytes() < count * 122 / 10);
  // As orders are modified: each time an entry goes from anywhere to the end.
  for (uint64_t now = count; now < 4 * count; ++now) {
    const auto row = static_cast<uint32_t>(random() % count);
    rows.remove(keys[row], row);
    rows.add(keys[row] = now, row);
  }
  Model model;
  for (uint32_t row = 0; row < count; ++row) model.emplace(keys[row], row);
  check_reading(rows, model, random, 4 * count);
  CHECK(rows.bytes() < count * 25);
}

TEST_CASE("entries that come nearly in order leave leaves nearly full") {
  std::mt19937 random(1);
  OrderedRows rows;
  Model model;
  for (uint32_t row = 0; row < 50'000; ++row) {
    const uint64_t key = row + random() % 40;
    rows.add(key, row);
    model.emplace(key, row);
  }
  check_reading(rows, model, random, 50'000);
  CHECK(rows.bytes() < model.size() * 16);
}

TEST_CASE("ordered rows that come descending or twice") {
  std::mt19937 random(1);
  OrderedRows rows;
  Model model;
  for (uint32_t key = 5'000; key-- > 0;) {
    for (int twice = 0; twice < 2; ++twice) rows.add(key, 1);
    model.emplace(key, 1);
  }
  check_reading(rows, model, random, 5'000);
  for (uint32_t key = 0; key < 5'000; key += 2) {
    for (int twice = 0; twice < 2; ++twice) rows.remove(key, 1);
    model.erase({key, 1});
  }
  check_reading(rows, model, random, 5'000);
}

}  // namespace
}  // namespace waybill
