#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.hpp"
#include "base/decimal.hpp"
#include "base/instant.hpp"
#include "schema/type.hpp"
#include "store/store.hpp"

namespace waybill {

class Keys;

enum class ValueKind : uint8_t {
  missing,  // absent and null are one (chapter 01)
  boolean,
  decimal,
  count,   // a decimal that is shown as a JSON number
  amount,  // a decimal shown with at least `minor_digits` fraction digits
  instant,
  text,
  json,         // text that is JSON already
  identifiers,  // of the entity `table`, `row`
  entity,       // `table`, `row`
  object,       // struct at `data`, described by `type`
  list,
};

/// Where the elements of a list are.
enum class ListKind : uint8_t {
  refs,     // List<Ref> at `data`, rows of `table`
  texts,    // List<Text> at `data`
  objects,  // RawList at `data`, elements of `type`, `stride` bytes each
  values,   // `count` Values at `data`
  rows,     // all rows of `table`, of `type` if it is set
};

/// Anything a query can meet: a handle, cheap to copy, good until the store changes.
struct Value {
  ValueKind kind = ValueKind::missing;
  ListKind list = ListKind::values;
  TableId table = TableId::engine;
  uint8_t minor_digits = 0;
  bool truth = false;
  uint32_t row = 0;    // entity, identifiers
  uint32_t count = 0;  // values; objects: the stride
  const Type* type = nullptr;
  const void* data = nullptr;
  std::string_view text;
  Decimal number;
  Instant instant;

  bool missing() const { return kind == ValueKind::missing; }
  bool is_list() const { return kind == ValueKind::list; }
  bool is_number() const { return kind >= ValueKind::decimal && kind <= ValueKind::amount; }
  bool is_scalar() const { return kind >= ValueKind::boolean && kind <= ValueKind::text; }
  bool is_object() const { return kind >= ValueKind::identifiers && kind <= ValueKind::object; }

  static Value of(bool truth) {
    Value value{.kind = ValueKind::boolean};
    value.truth = truth;
    return value;
  }
  static Value of(Decimal number) {
    Value value{.kind = ValueKind::decimal};
    value.number = number;
    return value;
  }
  static Value of_count(int64_t count) {
    Value value{.kind = ValueKind::count};
    value.number = Decimal::from_int(count);
    return value;
  }
  static Value of_amount(Decimal number, uint32_t minor_digits) {
    Value value{.kind = ValueKind::amount};
    value.number = number;
    value.minor_digits = static_cast<uint8_t>(minor_digits);
    return value;
  }
  static Value of(Instant at) {
    Value value{.kind = ValueKind::instant};
    value.instant = at;
    return value;
  }
  static Value of(std::string_view text, ValueKind kind = ValueKind::text) {
    Value value{.kind = kind};
    value.text = text;
    return value;
  }
  /// A literal would else turn into a boolean.
  static Value of(const char* text) { return of(std::string_view(text)); }
  static Value entity(TableId table, uint32_t row) {
    Value value{.kind = ValueKind::entity, .table = table};
    value.row = row;
    return value;
  }
  static Value entity(TableId table, Ref ref) { return ref ? entity(table, ref.row()) : Value{}; }
  static Value object(const Type& type, const void* data) {
    Value value{.kind = ValueKind::object};
    value.type = &type;
    value.data = data;
    return value;
  }
  static Value values(std::span<const Value> items) {
    Value value{.kind = ValueKind::list, .list = ListKind::values};
    value.data = items.data();
    value.count = static_cast<uint32_t>(items.size());
    return value;
  }
};

/// What reading needs: the rows, room for what is worked out, and the keys.
class View {
 public:
  View(const Store& store, const Keys& keys, Arena& arena)
      : store(store), keys(keys), arena(arena) {}

  const Store& store;
  const Keys& keys;
  Arena& arena;

  /// The type of an entity; an agent's is of its kind.
  const Type& type_of(TableId table, uint32_t row) const;
  /// The value of a member; `of` is an entity or an object. Absent members are missing.
  Value member(const Value& of, const Member& member) const;
  /// Finds a member by name in an entity or object, `key` and identifiers in identifiers.
  Value member(const Value& of, std::string_view name, bool& declared) const;

  /// Digits after the point of the entity's currency, for amounts.
  uint32_t minor_digits(TableId table, uint32_t row) const;

  uint32_t size(const Value& list) const;
  /// Calls `visit(Value)` for the elements in order until it returns false.
  template <class Visit>
  void each(const Value& list, Visit&& visit) const;

 private:
  Value element(const Value& list, uint32_t i) const;
};

template <class Visit>
void View::each(const Value& list, Visit&& visit) const {
  if (list.list == ListKind::rows) {
    const TableBase& table = store.table(list.table);
    for (uint32_t row = 0; row < table.size(); ++row) {
      if (!table.alive(row)) continue;
      if (list.type != nullptr && &type_of(list.table, row) != list.type) continue;
      if (!visit(Value::entity(list.table, row))) return;
    }
    return;
  }
  const uint32_t count = size(list);
  for (uint32_t i = 0; i < count; ++i) {
    if (!visit(element(list, i))) return;
  }
}

}  // namespace waybill
