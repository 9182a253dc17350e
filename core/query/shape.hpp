#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "query/evaluate.hpp"

/// What of an object is shown (chapter 01 section 8).
namespace waybill::query {

/// One member of an object as it is shown: a declared one, what a selector gives, or a value.
struct Slot {
  std::string_view name;
  const Member* member = nullptr;
  const Expr* expr = nullptr;
  const Link* projection = nullptr;  // whose selector `expr` is
  Value value = {};
};

/// The members that are shown, in their order.
struct Projection {
  std::span<const Slot> slots;
  bool typeless = false;  // without "@type"
};

/// Whether any operator says that something else than the default form is shown.
bool changes_form(Shape shape);

/// What a type's objects show under a shape.
Projection project(const View& view, const Type& type, Shape shape);
/// What one value shows: an entity, an object, a record or identifiers.
Projection project(const View& view, const Value& object, Shape shape);

/// Whether what a path leads to can be read from the element as it is shown.
bool is_shown(const View& view, const Known& from, std::span<const Link> path, Shape shape);

/// The name under which a selector's value is shown.
std::string_view slot_name(const Selector& selector);

/// The selector of a shape that has a step as its alias; none: nullptrs.
struct Alias {
  const Link* projection = nullptr;
  const Expr* expr = nullptr;
};
Alias find_alias(Shape shape, const Link& step);

/// A value that carries its shape along inside a list.
Value shaped(const View& view, const Value& value, Shape shape);

}  // namespace waybill::query
