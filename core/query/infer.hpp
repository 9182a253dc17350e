#pragma once

#include <span>
#include <vector>

#include "query/syntax.hpp"
#include "schema/value.hpp"

/// What a query may name, told from types alone: for sort keys and hints.
namespace waybill::query {

using Types = std::vector<const Type*>;

/// What is known of a value before any row is read.
struct Known {
  enum class Form : uint8_t { unknown, objects, identifiers, scalar };
  Form form = Form::unknown;
  bool list = false;
  Kind kind = Kind::computed;  // scalar: what it is, computed if that is not known
  Types types = {};            // objects: the types that they may have
};

/// A single value of a kind, or a list of them.
Known scalar(Kind kind, bool list = false);
/// What the elements of a list are. Of a list that was put together the elements are looked at; of
/// a stream nothing is known.
Known known_list(const View& view, const Value& list);
Known known_value(const View& view, const Value& value);
/// The elements of a collection.
Known known_rows(const View& view, TableId table, const Type* type);

/// Where a step leads; `declared` turns false if no type declares such a member.
Known follow(const View& view, const Known& from, const Link& link, bool& declared);

/// Whether a chain names members that at least one of the types declares, to its end. What
/// stands behind an operator is not looked at; under `identifiers` the form of the key decides.
bool is_declared(const View& view, const Known& from, std::span<const Link> links);

/// Whether `identifiers` may have such a member: a namespaced key, or a bare one that some type
/// declares (H-21, H-25).
bool is_identifier_name(std::string_view name);

/// Whether a step is a database key rather than a member (H-26).
bool is_database_key(std::string_view name);

/// Whether the elements are rows of a table.
bool holds_rows(const Value& list);

/// Whether a list is a keyed collection rather than a plain array.
bool is_keyed(const View& view, const Value& list);

}  // namespace waybill::query
