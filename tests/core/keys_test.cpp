#include "schema/keys.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace waybill {
namespace {

TEST_CASE("H-26 a key is 32 lowercase hex digits and leads back to its row") {
  const Keys keys(20241215);
  std::set<std::string> seen;
  for (const TableId table : {TableId::agents, TableId::trade_orders, TableId::product_units}) {
    for (const uint32_t row : {0u, 1u, 2u, 255u, 256u, 1'000'000u, 0xfffffffeu}) {
      const std::string key = keys.text(table, row);
      CHECK(key.size() == 32);
      CHECK(key.find_first_not_of("0123456789abcdef") == std::string::npos);
      CHECK(keys.row(table, key) == row);
      CHECK(seen.insert(key).second);
    }
  }
}

TEST_CASE("H-26 a key of another table, another engine or another form names no row") {
  const Keys keys(1);
  const std::string key = keys.text(TableId::trade_orders, 7);
  CHECK_FALSE(keys.row(TableId::agents, key));
  CHECK_FALSE(Keys(2).row(TableId::trade_orders, key));
  CHECK_FALSE(keys.row(TableId::trade_orders, key.substr(1)));
  CHECK_FALSE(keys.row(TableId::trade_orders, key + "0"));
  CHECK_FALSE(keys.row(TableId::trade_orders, "A" + key.substr(1)));
  CHECK_FALSE(keys.row(TableId::trade_orders, ""));
  CHECK_FALSE(keys.row(TableId::trade_orders, std::string(32, '0')));
}

TEST_CASE("H-26 keys of neighbours share nothing that shows how many there are") {
  const Keys keys(1);
  for (uint32_t row = 0; row < 1000; ++row) {
    const std::string one = keys.text(TableId::trade_orders, row);
    const std::string other = keys.text(TableId::trade_orders, row + 1);
    int equal = 0;
    for (size_t i = 0; i < one.size(); ++i) equal += one[i] == other[i] ? 1 : 0;
    CHECK(equal < 16);
  }
}

}  // namespace
}  // namespace waybill
