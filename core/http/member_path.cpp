#include "http/member_path.hpp"

#include "query/infer.hpp"

namespace waybill::http {

using query::Link;
using query::LinkKind;

namespace {

/// What writing a member does, that the path ends at or goes through.
Leads leads_to(const Member& member, std::span<const Link> behind) {
  switch (member.kind) {
    case Kind::refs:
    case Kind::texts:
      return Leads::to_list;
    case Kind::objects:
      return Leads::to_planned;
    case Kind::identifiers:
      if (behind.empty()) return Leads::to_setter;
      if (behind[0].name == "key") return Leads::to_read_only;
      return behind.size() == 1 && query::is_identifier_name(behind[0].name) ? Leads::to_setter
                                                                             : Leads::nowhere;
    default:
      return behind.empty() ? Leads::to_setter : Leads::to_planned;
  }
}

}  // namespace

MemberPath follow_members(const Type& type, std::span<const Link> path) {
  const Type* owner = &type;
  MemberPath to;
  for (const Link& link : path) {
    to.member = link.kind == LinkKind::step ? owner->find(link.name) : nullptr;
    if (to.member == nullptr) return {};
    const Member& member = *to.member;
    to.depth = static_cast<size_t>(&link - path.data()) + 1;
    const Access access = member.access;
    const bool fixed = access == Access::read_only || access == Access::create;
    if (member.planned) {
      to.leads = Leads::to_planned;
    } else if (!member.mirrors.empty()) {
      to.leads = access == Access::by_path ? Leads::to_list : Leads::to_twin;
    } else if (owner == &type && fixed) {
      to.leads = Leads::to_read_only;
    } else if (member.kind == Kind::object && to.depth < path.size()) {
      owner = member.of;
      continue;
    } else {
      to.leads = leads_to(member, path.subspan(to.depth));
    }
    return to;
  }
  return to;
}

}  // namespace waybill::http
