#pragma once

#include <span>

#include "query/syntax.hpp"
#include "schema/type.hpp"

/// Paths of members behind an element.
namespace waybill::http {

/// What a path of members leads to, as far as writing it goes (H-5).
enum class Leads : uint8_t {
  nowhere,
  to_setter,
  to_read_only,
  to_list,  // or behind one
  to_twin,  // to what only mirrors other rows: a write stores nothing (T-H-2)
  to_planned,
};
struct MemberPath {
  Leads leads = Leads::nowhere;
  size_t depth = 0;  // how many segments lead to the member, the others stand behind it
  const Member* member = nullptr;
};
MemberPath follow_members(const Type& type, std::span<const query::Link> path);

}  // namespace waybill::http
