#include <algorithm>
#include <catch2/catch.hpp>

#include "index_check.hpp"

/// What the table layer keeps beside the rows.
namespace waybill {
namespace {

/// Puts a line as replay does, without bytes.
void put_line(Store& store, uint32_t row, Ref order) {
  store.replay_put(TableId::order_items, row, [&](void* data, Strings&) {
    static_cast<OrderItem*>(data)->order = order;
    return true;
  });
}

TEST_CASE("lines lie in the order of their orders until one does not", "[Q-80]") {
  const auto insert = [](Store& store, uint32_t order) {
    OrderItem line;
    line.order = {order};
    return store.insert(line);
  };
  Store store;
  const TableBase& lines = store.table(TableId::order_items);
  store.begin();
  CHECK(lines.owners_ascend());
  for (const uint32_t order : {1u, 1u, 2u, 5u, 5u}) insert(store, order);
  store.commit(Instant{0});
  CHECK(lines.owners_ascend());

  SECTION("a line that was undone leaves no trace") {
    store.begin();
    insert(store, 9);
    store.roll_back();
    store.begin();
    insert(store, 6);
    store.commit(Instant{1});
    CHECK(lines.owners_ascend());
  }
  SECTION("a line of an earlier order breaks it, for good") {
    store.begin();
    insert(store, 4);
    CHECK_FALSE(lines.owners_ascend());
    store.roll_back();
    CHECK_FALSE(lines.owners_ascend());
  }
  SECTION("a line counts when it gets its order") {
    store.begin();
    const Ref first = store.insert(OrderItem{});
    const Ref second = store.insert(OrderItem{});
    const auto give = [&](Ref line, uint32_t order) {
      store.update<OrderItem>(line, [&](OrderItem& row) { row.order = {order}; });
    };
    give(second, 7);
    CHECK(lines.owners_ascend());
    give(first, 6);
    CHECK(lines.owners_ascend());
    give(first, 8);
    CHECK_FALSE(lines.owners_ascend());
    store.commit(Instant{1});
  }
  SECTION("a line that goes to another order") {
    store.begin();
    store.update<OrderItem>(Ref::to(0), [](OrderItem& row) { row.order = {3}; });
    store.commit(Instant{1});
    CHECK_FALSE(lines.owners_ascend());
  }
  SECTION("what is put again is where it was") {
    put_line(store, 2, {3});
    CHECK(lines.owners_ascend());
    put_line(store, 2, {6});
    CHECK_FALSE(lines.owners_ascend());
    Store other;
    for (uint32_t twice = 0; twice < 2; ++twice) {
      for (uint32_t row = 0; row < 100; ++row) put_line(other, row, {row / 10 + 1});
    }
    CHECK(other.table(TableId::order_items).owners_ascend());
  }
}

TEST_CASE("an order is under the phases of its lines, whichever is read first", "[Q-45]") {
  const auto put_order = [](Store& store) {
    store.replay_put(TableId::trade_orders, 0, [](void* data, Strings&) {
      for (uint32_t line = 0; line < 3; ++line) {
        static_cast<TradeOrder*>(data)->items.push_back(Ref::to(line));
      }
      return true;
    });
  };
  const auto put_lines = [](Store& store) {
    for (uint32_t row = 0; row < 3; ++row) {
      store.replay_put(TableId::order_items, row, [&](void* data, Strings&) {
        auto& line = *static_cast<OrderItem*>(data);
        line.order = Ref::to(0);
        line.phases = {{Decimal::from_int(1), row}};
        return true;
      });
    }
  };
  for (const bool order_first : {true, false}) {
    Store store;
    const TableBase& orders = store.table(TableId::trade_orders);
    const Index* index = orders.index_of(*trade_order_type.find("status"));
    REQUIRE(index != nullptr);
    for (const bool put_the_order : {order_first, !order_first}) {
      if (put_the_order) {
        put_order(store);
      } else {
        put_lines(store);
      }
      store.settle();
    }
    CHECK(index->bits_of(0) == 0b111);
    store.begin();
    store.update<OrderItem>(Ref::to(1), [](OrderItem& row) { row.phases = {}; });
    CHECK(index->bits_of(0) == 0b111);
    store.settle();
    CHECK(index->bits_of(0) == 0b101);
    store.roll_back();
    CHECK(index->bits_of(0) == 0b111);
    CHECK(rows_of(index->bit(1)) == std::vector<uint32_t>{0});
  }
}

TEST_CASE("keys of amounts are in the order of the amounts", "[Q-68][Q-79]") {
  const char* const ordered[] = {
      "-10000000000000", "-400.005", "-400",     "-0.0001", "0",    "0.0001",  "0.01",
      "399.99",          "400",      "400.0001", "400.1",   "4000", "99999.9", "10000000000000"};
  uint64_t before = 0;
  for (const char* const text : ordered) {
    INFO(text);
    const AmountKey own = amount_key(*Decimal::parse(text));
    CHECK(own.exact);
    CHECK(own.key > before);
    before = own.key;
  }
  const auto rounded_down = [](const char* text, const char* to) {
    const AmountKey own = amount_key(*Decimal::parse(text));
    return !own.exact && own.key == amount_key(*Decimal::parse(to)).key;
  };
  CHECK(rounded_down("400.00019", "400.0001"));
  CHECK(rounded_down("-400.00011", "-400.0002"));
  CHECK(rounded_down("0.000000000001", "0"));
  CHECK(rounded_down("-0.000000000001", "-0.0001"));
  // Beyond all amounts, but still of the right sign, and no key that means something else.
  CHECK(amount_key(*Decimal::parse("999999999999999999")).key > before);
  CHECK(amount_key(*Decimal::parse("999999999999999999")).key < unknown_key);
  CHECK(amount_key(*Decimal::parse("-999999999999999999")).key <
        amount_key(*Decimal::parse("-10000000000000")).key);
}

TEST_CASE("an order is under what it comes to, once that is known", "[O-34][O-35][Q-68]") {
  Store store;
  const Index* index =
      store.table(TableId::trade_orders).index_of(*trade_order_type.find("totalAmount"));
  REQUIRE(index != nullptr);
  store.begin();
  OrderItem line;
  line.order = Ref::to(0);
  line.quantity = Decimal::from_int(3);
  line.phases = {{Decimal::from_int(3), static_cast<uint32_t>(Phase::new_)}};
  const Ref item = store.insert(line);
  TradeOrder order;
  order.items = {item};
  store.insert(order);
  store.settle();
  CHECK(rows_of(Posting(index->unknown())) == std::vector<uint32_t>{0});
  CHECK(index->ordered.empty());

  store.update<OrderItem>(item, [](OrderItem& row) { row.unit_amount = Decimal::from_int(7); });
  store.commit(Instant{0});
  CHECK(index->unknown().empty());
  REQUIRE(index->ordered.size() == 1);
  CHECK(index->ordered.begin().key() == amount_key(Decimal::from_int(21)).key);

  store.begin();
  store.update<OrderItem>(item, [](OrderItem& row) {
    row.unit_amount = {};
    row.phases = {{Decimal::from_int(3), static_cast<uint32_t>(Phase::cancelled)}};
  });
  store.settle();
  CHECK(index->unknown().empty());
  CHECK(index->ordered.empty());
  store.roll_back();
  REQUIRE(index->ordered.size() == 1);
  store.begin();
  store.purge(TableId::order_items, item.row());
  store.purge(TableId::trade_orders, 0);
  store.commit(Instant{1});
  CHECK(index->ordered.empty());
}

TEST_CASE("an index is of a member of the table's own types") {
  const Store store;
  const TableBase& products = store.table(TableId::products);
  CHECK(products.index_of(*product_type.find("gtin")) != nullptr);
  CHECK(products.index_of(*product_type.find("plu")) == nullptr);
  CHECK(products.index_of(*product_type.find("stockLevels")) == nullptr);
  CHECK(products.index_of(address_type.members[0]) == nullptr);
  CHECK(products.index_of(*trade_order_type.find("customer")) == nullptr);
  const TableBase& agents = store.table(TableId::agents);
  CHECK(agents.index_of(*company_type.find("parent")) ==
        agents.index_of(*store_type.find("owner")));
  CHECK(agents.index_of(*company_type.find("parent")) != nullptr);
}

}  // namespace
}  // namespace waybill
