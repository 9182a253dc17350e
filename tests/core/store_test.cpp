/// Tables under transactions, and their rows as bytes of the journal, over seeded random histories.

#include "store/store.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "exchange.hpp"
#include "index_check.hpp"
#include "journal/codec.hpp"
#include "journal/varint.hpp"
#include "model/agent.hpp"
#include "model/catalog.hpp"
#include "model/order.hpp"
#include "random_rows.hpp"
#include "schema/keys.hpp"
#include "schema/value.hpp"
#include "written.hpp"

namespace waybill {
namespace {

/// All that a store holds, as text that can be compared.
std::map<std::pair<uint32_t, uint32_t>, std::string> image(const Store& store) {
  std::map<std::pair<uint32_t, uint32_t>, std::string> rows;
  for (uint32_t id = 0; id < table_count; ++id) {
    const TableBase& table = store.table(static_cast<TableId>(id));
    rows[{id, UINT32_MAX}] = std::to_string(table.size()) + " " + std::to_string(table.live());
    for (uint32_t row = 0; row < table.size(); ++row) {
      if (!table.alive(row)) continue;
      rows[{id, row}] = written([&](Bytes& out) { encode_row(out, table, row, store.strings()); });
    }
  }
  return rows;
}

/// Reads what `commit` left in `pending`, as the engine does when it opens.
void replay(Store& store, std::string_view in) {
  while (!in.empty()) {
    uint64_t size;
    REQUIRE(journal::read_varint(in, size));
    REQUIRE(size <= in.size());
    std::string_view changes = in.substr(0, static_cast<size_t>(size));
    in.remove_prefix(static_cast<size_t>(size));
    int64_t now;
    REQUIRE(journal::read_zigzag(changes, now));
    while (!changes.empty()) {
      uint64_t table;
      uint64_t row;
      REQUIRE(journal::read_varint(changes, table));
      REQUIRE(journal::read_varint(changes, row));
      const char operation = changes.front();
      changes.remove_prefix(1);
      const auto id = static_cast<TableId>(table);
      if (operation == change_purge) {
        store.replay_purge(id, static_cast<uint32_t>(row));
        continue;
      }
      REQUIRE(store.replay_put(id, static_cast<uint32_t>(row), [&](void* data, Strings& strings) {
        return decode_row(changes, store.table(id), data, strings);
      }));
    }
  }
  store.settle();
}

class History {
 public:
  explicit History(uint32_t seed) : random_(seed), rows_(store, random_) {}

  /// One transaction that inserts, changes and purges rows of any table.
  void change() {
    for (uint32_t i = 1 + rows_.below(6); i-- > 0;) {
      const auto table = static_cast<TableId>(rows_.below(table_count));
      const uint32_t size = store.table(table).size();
      const uint32_t choice = rows_.below(10);
      if (choice < 4 || size == 0) {
        const uint32_t row = store.insert_default(table);
        rows_.change(table, row);
        if (table == TableId::order_items) adopt(row);
        continue;
      }
      const uint32_t row = rows_.below(size);
      if (!store.table(table).alive(row)) continue;
      if (choice < 9) {
        rows_.change(table, row);
        if (table == TableId::order_items && chance(20)) adopt(row);
      } else {
        purge(table, row);
      }
    }
  }
  bool chance(uint32_t one_in) { return rows_.below(one_in) == 0; }

  Store store;

 private:
  /// Makes a line part of an order, of another one if it is part of one already.
  void adopt(uint32_t line) {
    const uint32_t orders = store.table(TableId::trade_orders).size();
    if (orders == 0) return;
    const uint32_t order = rows_.below(2) == 0 ? orders - 1 : rows_.below(orders);
    if (!store.table(TableId::trade_orders).alive(order)) return;
    abandon(line);
    store.update<OrderItem>(Ref::to(line), [&](OrderItem& row) { row.order = Ref::to(order); });
    store.update<TradeOrder>(Ref::to(order),
                             [&](TradeOrder& row) { row.items.push_back(Ref::to(line)); });
  }
  void abandon(uint32_t line) {
    const Ref order = store.rows<OrderItem>().at(line).order;
    if (!order) return;
    store.update<OrderItem>(Ref::to(line), [](OrderItem& row) { row.order = {}; });
    store.update<TradeOrder>(order, [&](TradeOrder& row) {
      for (uint32_t i = row.items.size(); i-- > 0;) {
        if (row.items[i] == Ref::to(line)) row.items.erase(i);
      }
    });
  }
  void purge(TableId table, uint32_t row) {
    if (table == TableId::order_items) abandon(row);
    if (table == TableId::trade_orders) {
      const List<Ref> lines = store.rows<TradeOrder>().at(row).items;
      for (const Ref line : lines) store.purge(TableId::order_items, line.row());
    }
    store.purge(table, row);
  }

  std::mt19937 random_;
  RandomRows rows_;
};

TEST_CASE("a rolled back transaction leaves nothing, a committed one is replayed to the same rows",
          "[Q-45][Q-70]") {
  for (const uint32_t seed : {1u, 2u, 3u}) {
    History history(seed);
    Store& store = history.store;
    Store copy;
    const uint32_t texts_before = store.strings().mark();
    CHECK(texts_before > 0);
    for (int step = 0; step < 400; ++step) {
      const auto before = image(store);
      const uint32_t texts = store.strings().mark();
      store.begin();
      history.change();
      if (history.chance(3)) {
        store.roll_back();
        REQUIRE(image(store) == before);
        REQUIRE(store.strings().mark() == texts);
        if (history.chance(20)) check_indexes(store);
        continue;
      }
      store.commit(Instant{step});
      if (history.chance(30)) check_indexes(store);
      if (!history.chance(5)) continue;
      replay(copy, store.pending());
      store.seal();
      store.confirm();
      REQUIRE(image(copy) == image(store));
    }
    check_indexes(store);
    check_indexes(copy);
  }
}

TEST_CASE("a refused frame is undone, with all that ran since it was sealed") {
  for (const uint32_t seed : {4u, 5u, 6u}) {
    History history(seed);
    Store& store = history.store;
    for (int round = 0; round < 60; ++round) {
      const auto confirmed = image(store);
      const uint32_t texts = store.strings().mark();
      const auto run = [&](int transactions) {
        for (int i = 0; i < transactions; ++i) {
          store.begin();
          history.change();
          if (history.chance(4)) {
            store.roll_back();
          } else {
            store.commit(Instant{round});
          }
        }
      };
      run(5);
      const bool sealed = history.chance(2);
      const auto at_seal = image(store);
      if (sealed) store.seal();
      run(4);
      if (history.chance(2)) {
        store.undo_all();
        REQUIRE(image(store) == confirmed);
        REQUIRE(store.strings().mark() == texts);
        CHECK(store.pending().empty());
        check_indexes(store);
        continue;
      }
      if (sealed) {
        store.confirm();
        store.undo_all();  // what ran since the seal can still be undone
        REQUIRE(image(store) == at_seal);
      } else {
        store.seal();
        store.confirm();
      }
    }
  }
}

TEST_CASE("a transaction that changes nothing writes nothing") {
  Store store;
  store.begin();
  Product product;
  product.name = store.intern("Widget");
  const Ref ref = store.insert(product);
  CHECK(store.commit(Instant{0}));
  const size_t size = store.pending().size();
  store.begin();
  store.update<Product>(ref, [&](Product& row) { row.name = store.intern("Other"); });
  store.update<Product>(ref, [&](Product& row) { row.name = store.intern("Widget"); });
  CHECK_FALSE(store.commit(Instant{1}));
  CHECK(store.pending().size() == size);
}

TEST_CASE("a row that was made and purged in one transaction keeps its place in the numbering") {
  Store store;
  store.begin();
  const Ref first = store.insert(Product{});
  store.purge(TableId::products, first.row());
  store.commit(Instant{0});
  store.begin();
  const Ref second = store.insert(Product{});
  store.commit(Instant{0});
  CHECK(second.row() == first.row() + 1);
  Store copy;
  replay(copy, store.pending());
  CHECK(image(copy) == image(store));
}

TEST_CASE("a default row is empty: what the journal leaves out is what it reads") {
  Store store;
  store.begin();
  for (uint32_t id = 0; id < table_count; ++id) {
    const auto table = static_cast<TableId>(id);
    const uint32_t row = store.insert_default(table);
    const void* data = store.table(table).row(row);
    for (const Member* member : store.table(table).stored()) {
      INFO(id << " " << member->name);
      if (member->kind == Kind::number || member->kind == Kind::symbol) {
        CHECK(field<uint32_t>(data, *member) == 0);
      } else if (member->kind == Kind::boolean) {
        CHECK(field<MaybeBool>(data, *member) == MaybeBool::none);
      } else if (member->kind == Kind::decimal || member->kind == Kind::amount) {
        CHECK_FALSE(field<MaybeDecimal>(data, *member));
      } else if (member->kind == Kind::instant) {
        CHECK_FALSE(field<MaybeInstant>(data, *member));
      }
    }
  }
  store.roll_back();
}

TEST_CASE("a row's bytes are refused when they are cut off or name an unknown member") {
  History history(7);
  Store& store = history.store;
  store.begin();
  for (int i = 0; i < 200; ++i) history.change();
  store.commit(Instant{0});
  for (uint32_t id = 0; id < table_count; ++id) {
    const TableBase& table = store.table(static_cast<TableId>(id));
    for (uint32_t row = 0; row < std::min(table.size(), 5u); ++row) {
      if (!table.alive(row)) continue;
      const std::string bytes =
          written([&](Bytes& out) { encode_row(out, table, row, store.strings()); });
      for (size_t size = 0; size < bytes.size(); ++size) {
        Store other;
        std::string_view in = std::string_view(bytes).substr(0, size);
        CHECK_FALSE(
            other.replay_put(static_cast<TableId>(id), 0, [&](void* data, Strings& strings) {
              return decode_row(in, other.table(static_cast<TableId>(id)), data, strings);
            }));
      }
      Store other;
      const std::string unknown = "\x3f\x01x" + bytes;  // tag 63
      std::string_view in = unknown;
      CHECK_FALSE(other.replay_put(static_cast<TableId>(id), 0, [&](void* data, Strings& strings) {
        return decode_row(in, other.table(static_cast<TableId>(id)), data, strings);
      }));
    }
  }
}

TEST_CASE("memory grows with what is stored") {
  Store store;
  const MemoryUse before = store.memory();
  store.begin();
  for (int i = 0; i < 5'000; ++i) {
    Product product;
    product.identifiers.push_back(
        {store.intern("com.acme.id"), store.intern("a rather long value " + std::to_string(i))});
    store.insert(std::move(product));
  }
  store.commit(Instant{0});
  const MemoryUse after = store.memory();
  CHECK(after.rows - before.rows > 5'000 * (sizeof(Product) + sizeof(Identifier)));
  CHECK(after.strings - before.strings > 5'000 * 24);
  CHECK(after.indexes - before.indexes > 5'000 * 12);
  CHECK(after.indexes - before.indexes < 5'000 * 40);

  Exchange exchange(1);
  exchange.memory();
  CHECK(exchange.answer().starts_with("{\"rows\":"));
  CHECK(exchange.answer().find(",\"indexes\":") != std::string_view::npos);
}

}  // namespace
}  // namespace waybill
