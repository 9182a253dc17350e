#pragma once

#include <string_view>

#include "model/agent.hpp"
#include "rules/body.hpp"

namespace waybill::http {

/// A mode of `/after` and `/before`, and the indexed instant that it goes by.
struct Window {
  std::string_view mode;
  std::string_view member;
};

/// A member of a finder's body: a reference to an agent, and the member of rows that must name it.
struct FinderMember {
  std::string_view name;
  std::string_view member;
};

/// What `@find` of a collection filters by, beside the time of the last change (O-91).
struct Finder {
  std::string_view changed;  // the indexed instant of the last change
  std::span<const FinderMember> members = {};
};

/// A list of an entity that POST adds new rows of another collection to (O-77, C-63).
struct Child {
  std::string_view member;
  std::string_view collection;
  /// Creates a row from a checked body; or finds the one that the body repeats.
  Result<Ref> (*create)(Context&, Ref owner, const Body&);
};

/// A top-level collection: which rows it shows, and the rules that write them.
struct Resource {
  std::string_view collection;
  TableId table;
  const Type* type;          // null: of the row (`agents`)
  std::string_view special;  // bare identifier of the type (H-25), empty for none
  bool writable = true;

  /// The type that rows must have to be shown; null where the table holds no others.
  const Type* row_type() const { return table == TableId::agents ? type : nullptr; }

  /// Creates a row from a checked body; null: plain members, then catalog::settle.
  Result<Ref> (*create)(Context&, const Body&, const Identifiers& path_identifiers) = nullptr;
  /// What POST adds to lists of an entity.
  std::span<const Child> children = {};
  /// POST asks `create` about repeats, and identifiers of other rows do not select (O-77).
  bool finds_repeats = false;
  /// The hint of a POST, PUT or DELETE, which change nothing (O-89).
  std::string_view inert_trap = {};
  /// An operator behind the collection that changes nothing of a POST (O-14).
  std::string_view alias_operator = {};
  /// Changes one; null: plain members, then catalog::settle. `patch`: PATCH rather than PUT.
  Failure (*update)(Context&, Ref, const Body&, bool patch) = nullptr;
  /// Runs `PATCH …/actions`; null: there are none.
  Failure (*act)(Context&, Ref, const JsonNode&) = nullptr;
  /// Time windows, the default mode first; none for other collections.
  std::span<const Window> windows = {};
  /// What answers `PUT …/@find`; null: nothing.
  const Finder* finder = nullptr;
  /// Whether DELETE may purge the row, and does (C-6, O-21); null: it removes nothing.
  bool (*purge)(Context&, Ref) = nullptr;
};

/// What POST to a list of an entity creates; null: nothing.
const Child* find_child(const Resource& resource, std::string_view member);
/// The member that a window of the collection goes by.
const Member& window_member(const Resource& resource, const Window& window);
/// The member of that name; there is one.
const Member& member_of(const Resource& resource, std::string_view name);

/// The collection of that name, or nullptr.
const Resource* find_resource(std::string_view collection);
/// Whether it is one that comes with a later version, not an unknown name.
bool is_planned(std::string_view collection);

}  // namespace waybill::http
