/// Containers of the store against the standard library's, over seeded random histories.

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "store/multimap.hpp"
#include "store/strings.hpp"

namespace waybill {
namespace {

TEST_CASE("a multi-map holds what std::map of sets holds") {
  std::mt19937 random(20241215);
  for (const uint32_t distinct_keys : {3u, 50u, 4000u}) {
    MultiMap map;
    std::map<uint64_t, std::set<uint32_t>> model;
    for (int step = 0; step < 20'000; ++step) {
      const uint64_t key = uint64_t{random() % distinct_keys} << 32 | 5;
      const auto row = static_cast<uint32_t>(random() % 200);
      if (random() % 5 < 3) {
        map.add(key, row);
        model[key].insert(row);
      } else {
        map.remove(key, row);
        model[key].erase(row);
      }
      const auto found = map.find(key);
      REQUIRE(std::vector<uint32_t>(found.begin(), found.end()) ==
              std::vector<uint32_t>(model[key].begin(), model[key].end()));
    }
    for (const auto& [key, rows] : model) {
      const auto found = map.find(key);
      REQUIRE(std::vector<uint32_t>(found.begin(), found.end()) ==
              std::vector<uint32_t>(rows.begin(), rows.end()));
    }
  }
  CHECK(MultiMap().find(1).empty());
}

TEST_CASE("a text is kept once, found again, and forgotten in the order it came") {
  std::mt19937 random(20241215);
  Strings strings;
  std::vector<std::string> texts{""};  // by id; 0 is "no text"
  std::map<std::string, uint32_t> model;
  std::vector<uint32_t> marks;
  for (int step = 0; step < 20'000; ++step) {
    const auto choice = static_cast<uint32_t>(random() % 100);
    if (choice < 90) {
      std::string text(random() % 40, static_cast<char>('a' + random() % 26));
      text += std::to_string(random() % 3000);
      const Text found = strings.find(text);
      const Text kept = strings.intern(text);
      const auto known = model.find(text);
      if (known == model.end()) {
        REQUIRE_FALSE(found);
        REQUIRE(kept.id == texts.size());
        model[text] = kept.id;
        texts.push_back(text);
      } else {
        REQUIRE(found.id == known->second);
        REQUIRE(kept.id == known->second);
      }
    } else if (choice < 95) {
      marks.push_back(strings.mark());
    } else if (!marks.empty()) {
      strings.release(marks.back());
      for (; texts.size() > marks.back(); texts.pop_back()) model.erase(texts.back());
      marks.pop_back();
    }
  }
  for (const auto& [text, id] : model) {
    CHECK(strings.find(text).id == id);
    CHECK(strings.view(Text{id}) == text);
  }
}

TEST_CASE("the empty text is a text, and long ones are kept whole") {
  Strings strings;
  CHECK_FALSE(strings.find(""));
  CHECK(strings.intern(""));
  CHECK(strings.view(strings.find("")).empty());
  const std::string large(200'000, 'x');
  CHECK(strings.view(strings.intern(large)) == large);
}

}  // namespace
}  // namespace waybill
