#include "http/refusal.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/member_path.hpp"

namespace waybill::http {

using query::Link;
using query::LinkKind;
using query::Target;

Failure not_found(std::string details) {
  return fail(Code::not_found, std::move(details));
}

Failure no_such_element(const Resource& resource, const Link& element) {
  const bool by_key = element.kind == LinkKind::step;
  return not_found("None of " + std::string(resource.collection) + " has " +
                   (by_key ? "the key" : std::string(element.name) + "=") +
                   (by_key ? " " + std::string(element.name) : std::string(element.value)) + ".");
}

bool is_actions(const Resource& resource, std::span<const Link> members) {
  return resource.act != nullptr && members.size() == 1 && members[0].name == "actions";
}

bool is_stock_reset(std::span<const Link> links) {
  return links.size() == 1 && links[0].kind == LinkKind::step && links[0].name == "stock-reset";
}

std::string_view allowed_methods(const Target& target) {
  const Resource* resource = target.links.empty() ? nullptr : find_resource(target.links[0].name);
  if (is_stock_reset(target.links)) return of_method;
  if (resource == nullptr) return of_read_only;
  if (target.links.size() == 1) return resource->writable ? of_collection : of_read_only;
  if (is_finder(*resource, target.links[1])) return of_finder;
  if (is_actions(*resource, target.links.subspan(2))) return of_actions;
  if (!resource->writable && resource->update == nullptr) return of_read_only;
  const Type& type = resource->type != nullptr ? *resource->type : person_type;
  const std::span<const Link> members = target.links.subspan(2);
  const MemberPath path = follow_members(type, members);
  if (path.leads != Leads::to_list) return of_entity;
  return path.depth == members.size() ? of_collection : of_read_only;
}

Failure not_available(const Request& request, std::string_view allow) {
  Failure failure = fail(Code::method_not_available,
                         "Method " + std::string(request.method_name()) +
                             " is not available here; these are: " + std::string(allow) + ".");
  failure->allow = allow;
  return failure;
}

Failure syntax_failure(const Request& request, const query::ParseResult& parsed) {
  switch (parsed.fault) {
    case query::SyntaxFault::not_found:
      return not_found(parsed.message);
    case query::SyntaxFault::too_complex:
      return fail(Code::query_too_complex, parsed.message);
    default:
      break;
  }
  Failure failure = fail(Code::invalid_uri_syntax, parsed.message);
  const auto add = [&](std::string_view name, std::string_view text) {
    failure->extra += ",\"";
    failure->extra += name;
    failure->extra += "\":";
    append_json_string(failure->extra,
                       text.substr(0, find_invalid_utf8(text).value_or(text.size())));
  };
  add("uri", request.target);
  const uint32_t end =
      std::min<uint32_t>(parsed.span.end, static_cast<uint32_t>(request.target.size()));
  const uint32_t begin = std::min(parsed.span.begin, end);
  add("invalidSection", request.target.substr(begin, end - begin));
  return failure;
}

bool is_finder(const Resource& resource, const Link& link) {
  return link.kind == LinkKind::finder && link.name == "find" && resource.finder != nullptr;
}

Failure no_finder(const Request& request, const Resource& resource, const Link& finder) {
  if (is_finder(resource, finder)) return not_available(request, of_finder);
  return not_found("There is no finder '@" + std::string(finder.name) + "' here.");
}

Failure unknown_operator(const Link& op) {
  return not_found("Unknown operator '" + std::string(op.name) + "'");
}

Failure unknown_collection(std::string_view name) {
  if (is_planned(name)) {
    return not_supported("Collection '" + std::string(name) + "'", true);
  }
  Failure failure = not_found("Collection '" + std::string(name) + "' is not supported");
  if (name == "customers" || name == "suppliers" || name == "carriers") {
    failure->suggestion = "These are roles of agents: see people, companies and stores.";
  }
  return failure;
}

namespace {

/// Traps that strict handling lets pass (H-94).
bool is_hint_only(std::string_view id) {
  return id == "T-O-14" || id == "T-O-17" || id == "T-C-5" || id == "T-C-6" || id == "T-C-7" ||
         id == "T-C-15";
}

}  // namespace

Failure check_hints(const Request& request, const Context& context) {
  const bool any = std::any_of(context.hints.begin(), context.hints.end(),
                               [](const Hint& hint) { return !is_hint_only(hint.id); });
  if (!any || !is_strict(request)) return {};
  const bool overpaid = std::any_of(context.hints.begin(), context.hints.end(),
                                    [](const Hint& hint) { return hint.id == "T-O-19"; });
  Failure failure = fail(overpaid ? Code::invalid_amount : Code::strict_handling,
                         "Prefer: handling=strict turns hints into errors: see 'hints'.");
  Bytes& extra = failure->extra;
  extra += ",\"hints\":[";
  for (const Hint& hint : context.hints) {
    for (const Hint::Place& place : hint.places) {
      if (extra.back() != '[') extra += ',';
      extra += "{\"id\":\"";
      extra += hint.id;
      extra += "\",\"at\":";
      append_json_string(extra, place.at);
      extra += ",\"message\":";
      append_json_string(extra, place.message);
      extra += '}';
    }
  }
  extra += ']';
  return failure;
}

}  // namespace waybill::http
