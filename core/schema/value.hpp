#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.hpp"
#include "base/decimal.hpp"
#include "base/instant.hpp"
#include "base/limits.hpp"
#include "schema/type.hpp"
#include "store/row_set.hpp"
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
  record,       // a Record at `data`
  list,
  shaped,  // another value under projections of its own; only queries know what is at `data`
};

/// Where the elements of a list are.
enum class ListKind : uint8_t {
  refs,     // List<Ref> at `data`, rows of `table`
  texts,    // List<Text> at `data`
  objects,  // RawList at `data`, elements of `type`, `stride` bytes each
  values,   // `count` Values at `data`
  rows,     // all rows of `table`, of `type` if it is set
  stream,   // what the ValueStream at `data` gives; it can be read once
};

struct Record;
class ValueStream;

/// Anything a query can meet: a handle of 16 bytes in WebAssembly, cheap to copy, good until the
/// store changes. What a kind of value does not have must not be asked for.
class Value {
 public:
  Value() = default;
  static Value of(bool truth) {
    Value value(ValueKind::boolean);
    value.scale_ = truth ? 1 : 0;
    return value;
  }
  static Value of(Decimal number) { return of(number, ValueKind::decimal, 0); }
  static Value of_count(int64_t count) { return of_count(Decimal::from_int(count)); }
  static Value of_count(Decimal number) { return of(number, ValueKind::count, 0); }
  static Value of_amount(Decimal number, uint32_t minor_digits) {
    return of(number, ValueKind::amount, minor_digits);
  }
  static Value of(Instant at) {
    Value value(ValueKind::instant);
    value.integer_ = at.ms;
    return value;
  }
  static Value of(std::string_view text, ValueKind kind = ValueKind::text) {
    Value value(kind);
    value.text_ = {text.data(), text.size()};
    return value;
  }
  /// A literal would else turn into a boolean.
  static Value of(const char* text) { return of(std::string_view(text)); }
  static Value entity(TableId table, uint32_t row) {
    Value value(ValueKind::entity);
    value.table_ = table;
    value.row_ = row;
    return value;
  }
  static Value entity(TableId table, Ref ref) { return ref ? entity(table, ref.row()) : Value{}; }
  static Value identifiers(TableId table, uint32_t row) {
    Value value = entity(table, row);
    value.kind_ = ValueKind::identifiers;
    return value;
  }
  static Value object(const Type& type, const void* data) {
    Value value(ValueKind::object);
    value.object_ = {&type, data};
    return value;
  }
  /// `type`: that of all items, as far as it is known without looking at one.
  static Value values(std::span<const Value> items, const Type* type = nullptr) {
    return list_of(ListKind::values, type, items.data(), static_cast<uint32_t>(items.size()));
  }
  static Value texts(const List<Text>& list) { return list_of(ListKind::texts, nullptr, &list, 0); }
  static Value refs(TableId table, const List<Ref>& list) {
    Value value = list_of(ListKind::refs, nullptr, &list, 0);
    value.table_ = table;
    return value;
  }
  static Value objects(const Type& type, const RawList& list, uint32_t stride) {
    return list_of(ListKind::objects, &type, &list, stride);
  }
  /// `type`: only rows of that type; null for all.
  static Value rows(TableId table, const Type* type) {
    Value value = list_of(ListKind::rows, type, nullptr, 0);
    value.table_ = table;
    return value;
  }

  static Value record(const Record& record) {
    Value value(ValueKind::record);
    value.object_ = {nullptr, &record};
    return value;
  }
  static Value shaped(const void* data) {
    Value value(ValueKind::shaped);
    value.object_ = {nullptr, data};
    return value;
  }
  static Value stream(ValueStream& stream) {
    return list_of(ListKind::stream, nullptr, &stream, 0);
  }

  ValueKind kind() const { return kind_; }
  bool missing() const { return kind_ == ValueKind::missing; }
  bool is_list() const { return kind_ == ValueKind::list; }
  bool is_text() const { return kind_ == ValueKind::text; }
  bool is_number() const { return kind_ >= ValueKind::decimal && kind_ <= ValueKind::amount; }
  bool is_scalar() const { return kind_ >= ValueKind::boolean && kind_ <= ValueKind::text; }
  bool is_object() const { return kind_ >= ValueKind::identifiers && kind_ <= ValueKind::record; }

  bool truth() const { return scale_ != 0; }
  Decimal number() const { return Decimal::from_parts(integer_, static_cast<int8_t>(scale_)); }
  int minor_digits() const { return static_cast<int>(row_); }
  Instant instant() const { return Instant{integer_}; }
  std::string_view text() const { return {text_.data, text_.size}; }
  TableId table() const { return table_; }           // entity, identifiers, refs, rows
  uint32_t row() const { return row_; }              // entity, identifiers
  const Type* type() const { return object_.type; }  // object, objects, rows, values
  const void* data() const { return object_.data; }  // object, record, shaped and lists
  const Record& record() const { return *static_cast<const Record*>(object_.data); }
  /// Where an object stood in the lists that it went through; only queries know what the number
  /// says, 0: nothing.
  uint32_t positions() const {
    const bool is_row = kind_ == ValueKind::entity || kind_ == ValueKind::identifiers;
    return is_row ? static_cast<uint32_t>(integer_) : row_;
  }
  void set_positions(uint32_t positions) {
    const bool is_row = kind_ == ValueKind::entity || kind_ == ValueKind::identifiers;
    if (is_row) integer_ = positions;
    if (!is_row) row_ = positions;
  }
  ListKind list() const { return list_; }
  uint32_t count() const { return row_; }   // values
  uint32_t stride() const { return row_; }  // objects
  ValueStream& stream() const;              // stream

 private:
  explicit Value(ValueKind kind) : kind_(kind) {}
  static Value of(Decimal number, ValueKind kind, uint32_t minor_digits) {
    Value value(kind);
    value.scale_ = static_cast<uint8_t>(number.scale());
    value.row_ = minor_digits;
    value.integer_ = number.mantissa();
    return value;
  }
  static Value list_of(ListKind list, const Type* type, const void* data, uint32_t row) {
    Value value(ValueKind::list);
    value.list_ = list;
    value.object_ = {type, data};
    value.row_ = row;
    return value;
  }

  struct TextPart {
    const char* data;
    size_t size;
  };
  struct ObjectPart {
    const Type* type;
    const void* data;
  };

  ValueKind kind_ = ValueKind::missing;
  ListKind list_ = ListKind::values;
  TableId table_ = TableId::engine;
  uint8_t scale_ = 0;  // of a number; whether a boolean is true
  uint32_t row_ = 0;   // and what else is a small number, see above
  union {
    int64_t integer_ = 0;  // an instant's ms, a number's mantissa; a row's positions
    TextPart text_;
    ObjectPart object_;
  };
};

/// An object that a query puts together; it has the members that it holds, and no others.
struct Record {
  struct Field {
    std::string_view name;
    Value value;
    bool by_default = true;  // shown without being named
  };
  std::string_view type;  // "@type", empty for none
  bool open = false;      // its keys are data, as those of localized texts
  std::span<const Field> fields;
};

/// Values one after another, worked out as they are asked for. Streams live in the arena: they own
/// nothing.
class ValueStream {
 public:
  /// The next value; false at the end, and `out` is not to be used then.
  virtual bool next(Value& out) = 0;
  /// How many values are left; they are gone then. Without reading them, where that is possible.
  virtual uint64_t drain() {
    uint64_t count = 0;
    for (Value value; next(value);) ++count;
    return count;
  }
  /// Leaves out the next `count` values.
  virtual void skip(uint64_t count) {
    for (Value value; count > 0 && next(value);) --count;
  }

 protected:
  ~ValueStream() = default;
};

/// What reading needs: the rows, the keys, the time, and room for what is worked out.
class View {
 public:
  View(const Store& store, const Keys& keys, Arena& arena, Instant now)
      : store(store), keys(keys), arena(arena), now(now) {}

  const Store& store;
  const Keys& keys;
  Arena& arena;
  Instant now;
  /// Lines whose price this reading has found: it stays theirs (O-35).
  mutable RowSet priced_items;

  /// Counts what reading costs: elements of lists that were looked at, rows that a computed member
  /// went through (limits::visited_values).
  void spend(size_t work) const { spent_ += work; }
  /// The same for one row that a walk over a table or an index gave.
  void spend_row() const {
    ++spent_;
    ++rows_read_;
  }
  uint64_t rows_read() const { return rows_read_; }
  bool overspent() const { return spent_ > limits::visited_values; }

  /// The type of an entity; an agent's is of its kind.
  const Type& type_of(TableId table, uint32_t row) const;
  /// The type of an entity or object, null for other values.
  const Type* type_of(const Value& value) const;
  /// The value of a member; `of` is an entity or an object. Absent members are missing.
  Value member(const Value& of, const Member& member) const;
  /// Finds a member by name in an entity or object, `key` and identifiers in identifiers.
  Value member(const Value& of, std::string_view name, bool& declared) const;

  /// The rows whose member names the row, in their order (Member::mirrors).
  Value mirrored(const Member& member, uint32_t row) const;
  /// Digits after the point of the entity's currency, for amounts.
  uint32_t minor_digits(TableId table, uint32_t row) const;

  /// The number of elements; a stream is read for it.
  uint32_t size(const Value& list) const;
  /// Element `i` of a list that is neither rows nor a stream.
  Value element(const Value& list, uint32_t i) const;
  /// Calls `visit(Value)` for the elements in order until it returns false, or reading has become
  /// too expensive.
  template <class Visit>
  void each(const Value& list, Visit&& visit) const;

 private:
  mutable size_t spent_ = 0;
  mutable uint64_t rows_read_ = 0;
};

inline ValueStream& Value::stream() const {
  return *const_cast<ValueStream*>(static_cast<const ValueStream*>(object_.data));
}

template <class Visit>
void View::each(const Value& list, Visit&& visit) const {
  if (list.list() == ListKind::rows) {
    const TableBase& table = store.table(list.table());
    for (uint32_t row = 0; row < table.size(); ++row) {
      if (overspent()) return;
      if (!table.alive(row)) continue;
      spend(1);
      if (list.type() != nullptr && &type_of(list.table(), row) != list.type()) continue;
      if (!visit(Value::entity(list.table(), row))) return;
    }
    return;
  }
  if (list.list() == ListKind::stream) {
    for (Value value; list.stream().next(value) && !overspent();) {
      spend(1);
      if (!visit(value)) return;
    }
    return;
  }
  const uint32_t count = size(list);
  for (uint32_t i = 0; i < count && !overspent(); ++i) {
    spend(1);
    if (!visit(element(list, i))) return;
  }
}

}  // namespace waybill
