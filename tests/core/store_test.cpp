/// Tables under transactions, and their rows as bytes of the journal, over seeded random histories.

#include "store/store.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "exchange.hpp"
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

/// The keys that a row is under in the index of a member, worked out from the row alone.
std::set<uint64_t> keys_of(const void* row, const Member& member) {
  std::set<uint64_t> keys;
  switch (member.kind) {
    case Kind::text:
      keys.insert(field<Text>(row, member).id);
      break;
    case Kind::texts:
      for (const Text text : field<List<Text>>(row, member)) keys.insert(text.id);
      break;
    case Kind::ref:
      keys.insert(field<Ref>(row, member).value);
      break;
    case Kind::refs:
      for (const Ref ref : field<List<Ref>>(row, member)) keys.insert(ref.value);
      break;
    case Kind::pair:
      if (const Pair pair = field<Pair>(row, member); pair.first && pair.second) {
        keys.insert(pair.key());
      }
      break;
    default:
      FAIL("no hash of " << member.name);
  }
  keys.erase(0);
  return keys;
}

std::vector<uint32_t> rows_of(const Posting& posting) {
  return {posting.begin(), posting.end()};
}

using RowsByKey = std::map<uint64_t, std::vector<uint32_t>>;

/// Calls `visit(row id, row)` for all rows that are alive.
template <class Visit>
void each_row(const TableBase& table, Visit&& visit) {
  for (uint32_t row = 0; row < table.size(); ++row) {
    if (table.alive(row)) visit(row, table.row(row));
  }
}

void check_equal(const Store& store, const TableBase& table, const Index& index) {
  RowsByKey walked;
  each_row(table, [&](uint32_t row, const void* data) {
    for (const uint64_t key : keys_of(data, *index.member)) walked[key].push_back(row);
  });
  if (index.member->kind == Kind::pair) {
    for (uint32_t first = 0; first < 32; ++first) {
      for (uint32_t second = 0; second < 32; ++second) walked[Pair{{first}, {second}}.key()];
    }
  } else {
    for (uint32_t key = 0; key < std::max(400u, store.strings().mark()); ++key) walked[key];
  }
  for (const auto& [key, rows] : walked) REQUIRE(rows_of(index.find(key)) == rows);
}

void check_identifiers(const Store& store, const TableBase& table, const Index& index) {
  std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> walked;
  std::map<uint32_t, std::vector<uint32_t>> carriers;
  each_row(table, [&](uint32_t row, const void* data) {
    for (const Identifier& own : field<Identifiers>(data, *index.member)) {
      walked[{own.key.id, own.value.id}].push_back(row);
      carriers[own.key.id].push_back(row);
    }
  });
  for (int i = 0; i < 4; ++i) {
    const Text key = store.strings().find("com.acme.key-" + std::to_string(i));
    REQUIRE(rows_of(table.carriers(key)) == carriers[key.id]);
    for (int j = 0; j < 21; ++j) {
      const Text value = store.strings().find("value " + std::to_string(j));
      REQUIRE(rows_of(table.find_identifier(key, value)) == walked[{key.id, value.id}]);
    }
  }
}

void check_ordered(const TableBase& table, const Index& index) {
  std::set<std::pair<int64_t, uint32_t>> walked;
  each_row(table, [&](uint32_t row, const void* data) {
    if (const auto at = field<MaybeInstant>(data, *index.member)) walked.emplace(at.ms, row);
  });
  REQUIRE(index.ordered.size() == walked.size());
  auto found = index.ordered.begin();
  for (const auto& [ms, row] : walked) {
    REQUIRE(instant_of_key(found.key()).ms == ms);
    REQUIRE(found.row() == row);
    found.next();
  }
}

/// The symbols a row is under, as reading the member of that name shows them.
uint32_t shown_bits(const Store& store, TableId table, uint32_t row, const Member& member) {
  if (table == TableId::agents) return 1u << store.rows<Agent>().at(row).kind;
  Arena arena;
  const Keys keys;
  const View view(store, keys, arena, Instant{0});
  uint32_t bits = 0;
  view.each(member.compute(view, table, row), [&](const Value& name) {
    const auto symbol = std::find(member.symbols.begin(), member.symbols.end(), name.text());
    bits |= 1u << (symbol - member.symbols.begin());
    return true;
  });
  return bits;
}

void check_bits(const Store& store, const TableBase& table, const Index& index) {
  std::vector<std::vector<uint32_t>> walked(index.member->symbols.size());
  each_row(table, [&](uint32_t row, const void*) {
    const uint32_t bits = shown_bits(store, table.id(), row, *index.member);
    REQUIRE(index.bits_of(row) == bits);
    for (uint32_t symbol = 0; symbol < walked.size(); ++symbol) {
      if ((bits >> symbol & 1) != 0) walked[symbol].push_back(row);
    }
  });
  for (uint32_t symbol = 0; symbol < walked.size(); ++symbol) {
    REQUIRE(rows_of(index.bit(symbol)) == walked[symbol]);
  }
}

/// Lines in the order of their orders, if the table says so.
void check_owners(const Store& store) {
  const auto& lines = store.rows<OrderItem>();
  uint32_t largest = 0;
  if (!lines.owners_ascend()) return;
  each_row(lines, [&](uint32_t row, const void*) {
    const uint32_t owner = lines.at(row).order.value;
    if (owner == 0) return;
    REQUIRE(owner >= largest);
    largest = owner;
  });
}

/// Every index of every table against a walk over its rows.
void check_indexes(const Store& store) {
  for (uint32_t id = 0; id < table_count; ++id) {
    const TableBase& table = store.table(static_cast<TableId>(id));
    std::vector<uint32_t> alive;
    each_row(table, [&](uint32_t row, const void*) { alive.push_back(row); });
    REQUIRE(rows_of(Posting(table.live_rows())) == alive);
    for (const Type* type : table.types()) {
      for (const Member& member : type->members) {
        const Index* index = table.index_of(member);
        REQUIRE((index != nullptr) == (member.indexed != Indexed::no));
        if (index == nullptr) continue;
        INFO(type->name << "/" << member.name);
        if (member.kind == Kind::identifiers) {
          check_identifiers(store, table, *index);
        } else if (member.indexed == Indexed::equal) {
          check_equal(store, table, *index);
        } else if (member.indexed == Indexed::ordered) {
          check_ordered(table, *index);
        } else {
          check_bits(store, table, *index);
        }
      }
    }
  }
  check_owners(store);
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
