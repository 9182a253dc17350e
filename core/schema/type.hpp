#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "store/fields.hpp"

/// The descriptors (design, decision 3). One line per member drives reading JSON, writing it, query
/// paths and the journal's row encoding.
namespace waybill {

struct Type;
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
};

enum class Access : uint8_t { read_only, create, update };
enum class Show : uint8_t { by_default, on_request, internal };
enum class Indexed : uint8_t { no, yes };

using Compute = Value (*)(const View& view, TableId table, uint32_t row);

/// One member of a type.
struct Member {
  std::string_view name = {};
  Kind kind = Kind::text;
  uint8_t tag = 0;  // in the journal; 1 to 63, never used again for anything else; 0: not stored
  uint32_t offset = 0;
  Access access = Access::read_only;
  Show show = Show::on_request;
  std::string_view doc = {};
  TableId target = TableId::engine;  // ref, refs
  const Type* of = nullptr;          // object, objects; computed: what it gives, for paths
  Compute compute = nullptr;         // set for a stored member: reading it asks this
  Indexed indexed = Indexed::no;     // kept by the table layer (identifiers always are)
  uint32_t stride = 0;               // objects: size of one element
  std::span<const std::string_view> symbols = {};
  std::string_view alias = {};  // another name that bodies may use
  std::string_view trap = {};   // hint when callers send a read-only member; empty: the type's

  bool stored() const { return tag != 0; }
};

/// What an object of the API is made of.
struct Type {
  std::string_view name;  // "@type"
  std::span<const Member> members;
  std::span<const std::string_view> unsupported = {};  // declared by the API, refused here (C-7)
  std::string_view read_only_trap = "T-H-3";

  /// A member by its name.
  const Member* find(std::string_view member) const {
    for (const Member& own : members) {
      if (own.name == member && own.show != Show::internal) return &own;
    }
    return nullptr;
  }
  /// A member by any name that a body may give it.
  const Member* find_written(std::string_view member) const {
    if (const Member* own = find(member)) return own;
    for (const Member& own : members) {
      if (!own.alias.empty() && own.alias == member) return &own;
    }
    return nullptr;
  }
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
