#include <algorithm>

#include "base/text.hpp"
#include "http/api.hpp"
#include "http/member_path.hpp"
#include "http/refusal.hpp"

/// Writes by a member's own path, and removals.
namespace waybill::http {

using query::Link;
using query::LinkKind;
using query::Shape;
using query::Target;

namespace {

Failure member_not_supported(std::string_view verb, const Link& member) {
  Failure failure = not_supported(
      std::string(verb) + " '" + std::string(member.name) + "' by its own path", true);
  failure->suggestion = "PATCH the whole resource.";
  return failure;
}

}  // namespace

/// Writes of one member: scalars and objects by the same rules as the whole entity (H-5).
Failure Api::write_member(const Request& request, const Place& where, Ref ref, Context& context) {
  const Resource& resource = *where.resource;
  const Link& link = where.members[0];
  if (resource.table == TableId::trade_orders && link.name == "items") {
    return write_items(request, where, ref, context);
  }
  const MemberPath path =
      follow_members(context.view.type_of(resource.table, ref.row()), where.members);
  switch (path.leads) {
    case Leads::nowhere:
      return not_found();
    case Leads::to_read_only:
      return not_available(request, of_read_only);
    case Leads::to_list:
      return write_list(request, where, ref, path, context);
    case Leads::to_twin:
      context.hint("T-H-2", "", "nothing was stored: this only shows what others say");
      return render_path(context, Value::entity(resource.table, ref), where.members,
                         where.projections);
    case Leads::to_planned:
      return member_not_supported("Writing", link);
    case Leads::to_setter:
      // What is not served is refused by its name, whatever the method (C-7).
      if (request.method == Method::post && path.member->access != Access::refused) {
        return not_available(request, of_entity);
      }
  }
  Bytes value;
  json_.append(value, json_.root());
  if (Failure failure = set_member(context, where, where.members, ref, value.view())) {
    return failure;
  }
  return render_path(context, Value::entity(resource.table, ref), where.members, where.projections);
}

/// The member becomes a body of its own, so that one way of writing serves both.
Failure Api::set_member(Context& context, const Place& where, std::span<const Link> path, Ref ref,
                        std::string_view value) {
  if (Failure failure = read_member(path, value)) return failure;
  return update(context, *where.resource, ref, json_.root(), true);
}

Failure Api::read_member(std::span<const Link> path, std::string_view value) {
  Bytes body;
  for (const Link& link : path) {
    body += '{';
    append_json_string(body, link.name);
    body += ':';
  }
  body += value;
  for (size_t i = 0; i < path.size(); ++i) body += '}';
  if (json_.parse(body.view())) return {};
  return fail(Code::malformed_json, json_.fault().details);
}

/// The lines of an order do not change, save what a PATCH of one may (O-17, O-18).
Failure Api::write_items(const Request& request, const Place& where, Ref order, Context& context) {
  const Value owner = Value::entity(TableId::trade_orders, order);
  query::Surroundings around{context.hints, context.target};
  query::Evaluator evaluator(context.view, around);
  Result<query::Outcome> found = evaluator.run(owner, where.members);
  if (!found) return std::move(found.failure);
  const Value& value = found.value.value;
  if (!found.value.found) return not_found();
  const bool is_line = value.kind() == ValueKind::entity && where.members.size() == 2;
  if (is_line && request.method != Method::post) {
    const Resource& lines = *find_resource(reference_info(value.table()).collection);
    const bool patch = request.method == Method::patch;
    if (Failure failure = update(context, lines, Ref::to(value.row()), json_.root(), patch)) {
      return failure;
    }
  } else {
    context.hint("T-O-3", "items", "the lines of an order do not change");
  }
  return render_path(context, owner, where.members, where.projections);
}

/// What a path leads to now.
Failure Api::render_path(Context& context, const Value& owner, std::span<const Link> path,
                         Shape shape) {
  query::Surroundings around{context.hints, context.target};
  query::Evaluator evaluator(context.view, around);
  Result<query::Outcome> found = evaluator.run(owner, path);
  if (!found) return std::move(found.failure);
  return render(context, found.value.value, shape);
}

/// H-12: always 200 with a count, an unknown collection without a body.
Failure Api::remove(const Request& request, const Target& target, Context& context) {
  const Resource* resource = target.links.empty() ? nullptr : find_resource(target.links[0].name);
  if (resource == nullptr) return {};
  const std::span<const Link> rest = target.links.subspan(1);
  if (!rest.empty() && is_actions(*resource, rest.subspan(1))) {
    return not_available(request, of_actions);
  }
  const bool plain = target.parameters.empty() &&
                     std::none_of(rest.begin(), rest.end(),
                                  [](const Link& link) { return link.kind == LinkKind::op; });
  bool removed = false;
  if (plain && !rest.empty()) {
    Result<bool> done = remove_at({resource, &rest[0], rest.subspan(1)}, context);
    if (!done) return std::move(done.failure);
    removed = done.value;
  }
  if (!plain || rest.empty()) {
    const std::string_view path = request.target.substr(0, request.target.find('?'));
    context.hint("T-Q-25", std::string(path),
                 "DELETE removes single elements, named by their path");
  } else if (!removed) {
    context.hint("T-H-4", "", "nothing was removed");
  }
  response_.add_header("Content-Type", "application/json");
  response_.body += removed ? "{\"deletedCount\":1,\"info\":\"Deleted 1 items\"}\n"
                            : "{\"deletedCount\":0,\"info\":\"Nothing happened\"}\n";
  return {};
}

/// Purges an entity that may be, or clears a member (H-5); whether it did.
Result<bool> Api::remove_at(const Place& where, Context& context) {
  const Resource& resource = *where.resource;
  bool well_formed = true;
  Result<Ref> selected = select(context, resource, *where.element, well_formed);
  if (!selected) return std::move(selected.failure);
  const Ref ref = selected.value;
  if (!ref) return false;
  if (where.members.empty()) return resource.purge != nullptr && resource.purge(context, ref);
  if (!resource.writable && resource.update == nullptr) return false;
  const MemberPath path =
      follow_members(context.view.type_of(resource.table, ref.row()), where.members);
  switch (path.leads) {
    case Leads::to_setter:
      break;
    case Leads::to_list:
      return detach_at(where, ref, path, context);
    case Leads::to_planned:
      return member_not_supported("Clearing", where.members[0]);
    default:
      return false;
  }
  const bool all_identifiers = where.members.size() == 1 && where.members[0].name == "identifiers";
  if (all_identifiers) return false;
  if (Failure failure = set_member(context, where, where.members, ref, "null")) return failure;
  return true;
}

}  // namespace waybill::http
