#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "model/agent.hpp"
#include "model/catalog.hpp"
#include "model/order.hpp"
#include "schema/keys.hpp"
#include "schema/value.hpp"
#include "store/store.hpp"

/// Checks indexes against walks over the rows.
namespace waybill {

/// The keys that a row is under in the index of a member, worked out from the row alone.
inline std::set<uint64_t> keys_of(const void* row, const Member& member) {
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

inline std::vector<uint32_t> rows_of(const Posting& posting) {
  return {posting.begin(), posting.end()};
}

using RowsByKey = std::map<uint64_t, std::vector<uint32_t>>;

/// Calls `visit(row id, row)` for all rows that are alive.
template <class Visit>
inline void each_row(const TableBase& table, Visit&& visit) {
  for (uint32_t row = 0; row < table.size(); ++row) {
    if (table.alive(row)) visit(row, table.row(row));
  }
}

inline void check_equal(const Store& store, const TableBase& table, const Index& index) {
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

inline void check_identifiers(const Store& store, const TableBase& table, const Index& index) {
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

/// The key that a row is to be under: as its member says, or as reading it shows.
inline uint64_t expected_key(const Store& store, const TableBase& table, uint32_t row,
                             const Member& member) {
  if (member.stored()) {
    const auto at = field<MaybeInstant>(table.row(row), member);
    return at ? ordered_key(*at) : missing_key;
  }
  const TradeOrder& order = store.rows<TradeOrder>().at(row);
  if (order.currency && !store.rows<Currency>().alive(order.currency.row())) return missing_key;
  for (const Ref ref : order.items) {
    const OrderItem& line = store.at<OrderItem>(ref);
    const bool open = std::any_of(line.phases.begin(), line.phases.end(), [](const PhaseRow& own) {
      return own.phase <= static_cast<uint32_t>(Phase::unreserved) && own.quantity &&
             !(*own.quantity).is_zero();
    });
    if (!line.unit_amount && open) return unknown_key;
  }
  Arena arena;
  const Keys keys;
  const View view(store, keys, arena, Instant{0});
  const Value value = member.compute(view, table.id(), row);
  return value.missing() ? missing_key : amount_key(value.number()).key;
}

inline void check_ordered(const Store& store, const TableBase& table, const Index& index) {
  std::set<std::pair<uint64_t, uint32_t>> walked;
  std::vector<uint32_t> unknown;
  each_row(table, [&](uint32_t row, const void* data) {
    const uint64_t key = expected_key(store, table, row, *index.member);
    REQUIRE(index.key_of(data, row) == key);
    if (key == unknown_key) unknown.push_back(row);
    if (key < unknown_key) walked.emplace(key, row);
  });
  REQUIRE(rows_of(Posting(index.unknown())) == unknown);
  REQUIRE(index.ordered.size() == walked.size());
  auto found = index.ordered.begin();
  for (const auto& [key, row] : walked) {
    REQUIRE(found.key() == key);
    REQUIRE(found.row() == row);
    found.next();
  }
}

/// The symbols a row is under, as reading the member of that name shows them.
inline uint32_t shown_bits(const Store& store, TableId table, uint32_t row, const Member& member) {
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

inline void check_bits(const Store& store, const TableBase& table, const Index& index) {
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
inline void check_owners(const Store& store) {
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
inline void check_indexes(const Store& store) {
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
          check_ordered(store, table, *index);
        } else {
          check_bits(store, table, *index);
        }
      }
    }
  }
  check_owners(store);
}

}  // namespace waybill
