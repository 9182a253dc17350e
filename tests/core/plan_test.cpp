#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "support/query_world.hpp"
#include "verify/verify.hpp"

/// The planner against full scans: whatever the indexes say, the bytes are the same.
namespace waybill {

TEST_CASE("queries answer the same with indexes and without", "[Q-30][Q-45][Q-46][Q-47][Q-79]") {
  for (const uint32_t seed : {1u, 2u, 3u}) {
    std::mt19937 random(seed);
    const auto pick = [&](uint32_t below) { return static_cast<uint32_t>(random()) % below; };
    QueryWorld world;
    for (int round = 0; round < 4; ++round) {
      world.grow(120, pick);
      for (int i = 0; i < 400; ++i) {
        const std::string target = world.query(pick);
        INFO("seed " << seed << ": " << target);
        CHECK(world.agrees(target));
      }
    }
    CHECK(verify_store(world.store(), world.keys()) == "");
  }
}

TEST_CASE("a cursor walk meets every element once", "[Q-97][Q-98]") {
  std::mt19937 random(5);
  const auto pick = [&](uint32_t below) { return static_cast<uint32_t>(random()) % below; };
  QueryWorld world;
  world.grow(300, pick);
  for (const std::string order : {"identifiers/key", "identifiers/key:desc"}) {
    std::set<std::string> seen;
    std::string after;
    size_t pages = 0;
    do {
      const std::string target = "/v1/trade-orders?orderby=" + order + "&limit=7" + after;
      INFO(target);
      CHECK(world.agrees(target));
      const http::Response page = world.send(http::Method::get, target);
      REQUIRE(page.status == 200);
      const std::string cursor = QueryWorld::cursor_of(page);
      const std::string_view body = page.body.view();
      constexpr std::string_view mark =
          "{\"@type\":\"trade order\",\"identifiers\":{\"@type\":"
          "\"common identifiers\",\"key\":\"";
      for (size_t at = body.find(mark); at != std::string_view::npos;
           at = body.find(mark, at + 1)) {
        CHECK(seen.insert(std::string(body.substr(at + mark.size(), 32))).second);
      }
      after = cursor.empty() ? "" : "&after=" + cursor;
      ++pages;
    } while (!after.empty() && pages < 200);
    CHECK(seen.size() == world.store().table(TableId::trade_orders).live());
  }
}

}  // namespace waybill
