#include <algorithm>

#include "http/answer.hpp"
#include "http/refusal.hpp"
#include "query/plan.hpp"

/// Finders: `PUT /v1/trade-orders/@find` sends a body that says what to look for (Q-21, O-91).
namespace waybill::http {

using query::Known;
using query::Link;
using query::LinkKind;
using query::Target;

namespace {

/// What a finder's body asks for.
struct Search {
  MaybeInstant since;  // the last change is not before
  std::vector<query::NamedFilter> named;
};

bool is_step(const Link& link, std::string_view name) {
  return link.kind == LinkKind::step && link.name == name;
}

/// What a path names that no answer has is not found, whatever the body says.
Failure check_path(std::span<const Link> rest) {
  for (const Link& link : rest) {
    if (link.kind == LinkKind::op && link.op == query::Op::unknown) return unknown_operator(link);
  }
  const bool known = rest.empty() || rest[0].kind == LinkKind::op || is_step(rest[0], "results") ||
                     is_step(rest[0], "modifiedTag");
  return known ? Failure{} : not_found("A finder answers modifiedTag and results.");
}

std::string listed_members(const Finder& finder) {
  std::string names = "modifiedTag";
  for (const FinderMember& own : finder.members) names += ", " + std::string(own.name);
  return names;
}

/// A date or date-time, as a finder's answer gives it, or an object that holds it as `tag`.
Result<MaybeInstant> read_tag(Context& context, const JsonNode& node) {
  const JsonNode* text = &node;
  if (node.type == JsonType::object) text = context.json.find(node, "tag");
  if (node.type == JsonType::null || (text != nullptr && text->type == JsonType::null)) {
    return MaybeInstant();
  }
  if (text != nullptr && text->type == JsonType::string) {
    if (const auto at = Instant::parse(text->text)) return MaybeInstant(*at);
  }
  return failed_coercion(context, "a date-time, such as 2024-12-15T12:00:00Z", node);
}

Result<Search> read_search(Context& context, const Resource& resource, const JsonNode& body) {
  if (body.type != JsonType::object) return failed_coercion(context, "an object", body);
  Search search;
  for (const JsonNode* node = context.json.first(body); node != nullptr;
       node = context.json.next(*node)) {
    if (node->key == "modifiedTag") {
      Result<MaybeInstant> since = read_tag(context, *node);
      if (!since) return std::move(since.failure);
      search.since = since.value;
      continue;
    }
    const std::span<const FinderMember> members = resource.finder->members;
    const auto own = std::find_if(members.begin(), members.end(),
                                  [&](const FinderMember& each) { return each.name == node->key; });
    if (own == members.end()) {
      Failure failure = not_supported("'" + std::string(node->key) + "' in @find", false,
                                      context.json.path(*node));
      failure->suggestion = std::string(resource.collection) +
                            " are found by: " + listed_members(*resource.finder) + ".";
      return failure;
    }
    if (node->type == JsonType::null) continue;
    const Member& member = member_of(resource, own->member);
    Result<Ref> named = resolve(context, member.target, *node);
    if (!named) return std::move(named.failure);
    search.named.push_back(
        {member.name, query::rows_naming(context.view, resource.table, member, named.value)});
  }
  return search;
}

}  // namespace

/// Answers `{"modifiedTag","results"}`: what changed last comes last, so that whoever goes on from
/// the tag misses nothing. Results are positional.
Failure Api::find(const Request& request, const Target& target, const Resource& resource,
                  Context& context) {
  Answer answer(request, target, context, response_, use_indexes_);
  std::span<const Link> rest = answer.links().subspan(2);
  if (Failure failure = check_path(rest)) return failure;
  if (Failure failure = read_body(request)) return failure;
  Result<Search> search = read_search(context, resource, json_.root());
  if (!search) return std::move(search.failure);
  const MaybeInstant since = search.value.since;
  const query::Found found = query::find_rows(
      answer.evaluator(), resource.table, search.value.named,
      member_of(resource, resource.finder->changed), since ? ordered_key(*since) : 0);
  const Instant tag = found.last_key ? instant_of_key(*found.last_key)
                      : since        ? *since
                                     : context.now;

  if (rest.empty() || !is_step(rest[0], "results")) {
    const Record::Field fields[] = {{"modifiedTag", Value::of(tag)}, {"results", found.rows}};
    const auto copied = arena_.copy(std::span<const Record::Field>(fields));
    const Value record = Value::record(*arena_.make(Record{{}, false, copied}));
    return answer.write(record, query::known_value(context.view, record), rest);
  }
  Known known = query::known_rows(context.view, resource.table, resource.row_type());
  rest = rest.subspan(1);
  int64_t at;
  if (rest.empty() || rest[0].kind != LinkKind::step || !query::parse_index(rest[0].name, at)) {
    return answer.write(found.rows, known, rest);
  }
  const auto size = static_cast<int64_t>(context.view.size(found.rows));
  if (at < 0) at += size;
  const bool there = at >= 0 && at < size;
  known.list = false;
  return answer.write(there ? context.view.element(found.rows, static_cast<uint32_t>(at)) : Value{},
                      known, rest.subspan(1));
}

}  // namespace waybill::http
