#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "store/fields.hpp"

/// The descriptors (design, decision 3). One line per member drives reading JSON, writing it, query
/// paths and the journal's row encoding.
namespace waybill {

class Store;
class Type;
class Value;
class View;

/// How a member is stored, and so how it is read, written, compared and journaled.
enum class Kind : uint8_t {
  identifiers,  // Identifiers
  text,         // Text
  texts,        // List<Text>
  decimal,      // MaybeDecimal, shown in shortest form
  amount,       // MaybeDecimal, shown with the currency's minor digits (O-1)
  instant,      // MaybeInstant
  boolean,      // MaybeBool
  number,       // uint32_t, internal
  symbol,       // uint32_t: an index into `symbols`
  pair,         // Pair: two references under one index key, internal
  ref,          // Ref into `target`
  refs,         // List<Ref> into `target`
  object,       // a struct described by `of`, stored in the row; null if all its members are empty
  objects,      // List<struct described by `of`>
  json,         // Text: a JSON value kept verbatim
  computed,     // not stored: `compute` gives its Value
  refused,      // declared by the API, but not served: naming it in a query is refused
};

/// When callers may write a member: never (it is ignored, with a hint), by its own path alone, when
/// they create the entity, always; or trying is refused (C-7).
enum class Access : uint8_t { read_only, by_path, create, update, refused };
enum class Show : uint8_t { by_default, on_request, when_named, internal };
/// The index that a table keeps of a member: none; a hash of its keys; its instants or amounts in
/// order; or a set of rows per symbol. Sets and amounts are worked out from rows.
enum class Indexed : uint8_t { no, equal, ordered, bits };

using Compute = Value (*)(const View& view, TableId table, uint32_t row);
/// Bit i is set if the row is under symbol i.
using Bits = uint32_t (*)(const Store& store, uint32_t row);
/// The amount_key of a row, missing_key or unknown_key.
using OrderKey = uint64_t (*)(const Store& store, uint32_t row);

/// One member of a type.
struct Member {
  std::string_view name = {};
  Kind kind = Kind::text;
  uint8_t tag = 0;  // in the journal; 1 to 63, never used again for anything else; 0: not stored
  uint32_t offset = 0;
  Access access = Access::read_only;
  Show show = Show::on_request;
  std::string_view doc = {};
  TableId target = TableId::engine;  // ref, refs; computed: rows that it gives
  const Type* of = nullptr;          // object, objects; computed: objects that it gives
  Compute compute = nullptr;         // set for a stored member: reading it asks this
  Indexed indexed = Indexed::no;     // kept by the table layer (identifiers always are)
  Bits bits = nullptr;               // for Indexed::bits, of at most 8 symbols
  OrderKey order_key = nullptr;      // for Indexed::ordered, if it is worked out from rows
  bool owner = false;                // ref: the row is part of the row it names
  Kind became =
      Kind::computed;   // of an older version, only read: the kind of what is at `offset` now
  uint32_t stride = 0;  // objects: size of one element
  std::span<const std::string_view> symbols = {};
  std::string_view alias = {};    // another name that bodies may use
  std::string_view trap = {};     // hint when callers send a read-only member; empty: the type's
  Kind yields = Kind::computed;   // computed: what it gives, as far as that is known
  bool planned = false;           // what is refused, or written by its own path, comes later
  std::string_view instead = {};  // what callers should do instead
  /// computed: the rows of `target` whose member of this name, which is indexed, names the row.
  /// With Access::by_path that is a list, and writing the one writes the others.
  std::string_view mirrors = {};
  std::string_view wrapper = {};    // text: `{"<wrapper>":"…"}` may stand for it
  std::string_view drop_trap = {};  // hint when a set written to such a list leaves some out

  bool stored() const { return tag != 0; }
  /// Whether journals of older versions may hold it, and no new one does.
  bool former() const { return became != Kind::computed; }
};

/// A member that the API declares and that is out of scope (X).
constexpr Member unsupported_member(std::string_view name) {
  return {.name = name, .kind = Kind::refused, .access = Access::refused};
}
/// One that comes with a later version.
constexpr Member planned_member(std::string_view name, Access access = Access::refused) {
  return {.name = name,
          .kind = Kind::refused,
          .access = access,
          .doc = "Not available yet.",
          .planned = true};
}

struct TypeOptions {
  std::string_view read_only_trap = "T-H-3";  // hint when callers send a read-only member
  std::string_view existing_trap = {};        // the same for one that exists; empty: no other
  void (*on_shown)(const View& view, uint32_t row) = nullptr;  // called when a row is rendered
};

/// What an object of the API is made of. A constant: it finds members by a hash of their names that
/// is laid out once.
class Type {
 public:
  constexpr Type(std::string_view name, std::span<const Member> members, TypeOptions options = {})
      : name(name), members(members), options(options) {
    check(members.size() < places / 2);
    for (size_t i = 0; i < members.size(); ++i) {
      if (members[i].show == Show::internal) continue;
      size_t place = first_place(members[i].name);
      while (place_[place] != 0) place = (place + 1) % places;
      place_[place] = static_cast<uint8_t>(i + 1);
    }
  }

  std::string_view name;  // "@type"
  std::span<const Member> members;
  TypeOptions options;

  /// A member by its name.
  const Member* find(std::string_view member) const {
    if (member.empty()) return nullptr;
    for (size_t place = first_place(member); place_[place] != 0; place = (place + 1) % places) {
      const Member& own = members[place_[place] - size_t{1}];
      if (same_bytes(own.name, member)) return &own;
    }
    return nullptr;
  }
  /// The member of that name, which there is, internal ones included.
  const Member& member(std::string_view name) const {
    for (const Member& own : members) {
      if (own.name == name) return own;
    }
    check(false);
    return members[0];
  }
  /// A member by any name that a body may give it.
  const Member* find_written(std::string_view member) const {
    if (const Member* own = find(member)) return own;
    for (const Member& own : members) {
      if (!own.alias.empty() && own.alias == member) return &own;
    }
    return nullptr;
  }
  size_t index_of(const Member& member) const {
    return static_cast<size_t>(&member - members.data());
  }

 private:
  static constexpr size_t places = 128;
  static constexpr size_t first_place(std::string_view name) {
    const auto at = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(name[i])); };
    return (name.size() * 5 + at(0) * 3 + at(name.size() / 2) * 7 + at(name.size() - 1)) % places;
  }

  std::array<uint8_t, places> place_{};  // index of the member + 1, or 0
};

/// A place that a member of a row lies at.
template <class Field>
const Field& field(const void* row, const Member& member) {
  return *reinterpret_cast<const Field*>(static_cast<const std::byte*>(row) + member.offset);
}
template <class Field>
Field& field(void* row, const Member& member) {
  return *reinterpret_cast<Field*>(static_cast<std::byte*>(row) + member.offset);
}

}  // namespace waybill
