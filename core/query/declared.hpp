#pragma once

#include <span>
#include <vector>

#include "query/syntax.hpp"
#include "schema/value.hpp"

/// What a query may name, told from types alone.
namespace waybill::query {

using Types = std::vector<const Type*>;

/// The types that elements of a list may have; none for scalars.
Types element_types(const View& view, const Value& list);

/// Whether a chain names members that at least one of the types declares, to its end. What
/// stands behind an operator is not looked at; under `identifiers` the form of the key decides.
bool is_declared(const View& view, const Types& types, std::span<const Link> links);

/// Whether `identifiers` may have such a member: a namespaced key, or a bare one that some type
/// declares (H-21, H-25).
bool is_identifier_name(std::string_view name);

}  // namespace waybill::query
