#include <algorithm>

#include "http/answer.hpp"
#include "http/refusal.hpp"
#include "query/plan.hpp"
#include "query/primitive.hpp"

/// Reads: where a path starts, and time windows.
namespace waybill::http {

using query::Known;
using query::Link;
using query::LinkKind;
using query::Target;

namespace {

/// Members of a collection itself.
bool is_size(const Link& link) {
  return link.kind == LinkKind::step && (link.name == "count" || link.name == "length");
}

bool is_window(const Link& link) {
  const std::string_view name = link.name.substr(0, link.name.find('('));
  return link.kind == LinkKind::step && (name == "after" || name == "before");
}

/// Whether a path stays with the collection: nothing behind it chooses an element.
bool is_whole(std::span<const Link> rest) {
  return rest.empty() || rest[0].kind == LinkKind::op || rest[0].kind == LinkKind::each ||
         is_size(rest[0]);
}

/// The time that a window's step says: a date-time, or a shift of now.
std::optional<Instant> window_time(const View& view, const Link& link) {
  const std::string_view text = query::step_text(view, link);
  if (text.starts_with("+=") || text.starts_with("-=")) return query::moved(view.now, text);
  return Instant::parse(text);
}

}  // namespace

bool Places::open(std::span<const Link>& links, Value& out) {
  if (links.empty() || links[0].kind != LinkKind::step) return false;
  if (const auto utility = Api::utility(context_, links[0].name)) {
    out = *utility;
    links = links.subspan(1);
    return true;
  }
  const Resource* resource = find_resource(links[0].name);
  if (resource == nullptr) return false;
  links = links.subspan(1);
  out = Value::rows(resource->table, resource->row_type());
  if (is_whole(links)) return true;
  bool well_formed = true;
  const Result<Ref> selected = Api::select(context_, *resource, links[0], well_formed);
  if (!selected || !selected.value) return false;
  out = Value::entity(resource->table, selected.value);
  links = links.subspan(1);
  return true;
}

/// `/v1/now` and its like.
std::optional<Value> Api::utility(const Context& context, std::string_view name) {
  static constexpr Record nothing;
  if (name == "now") return Value::of(context.now);
  if (name == "void") return Value::of("void");
  if (name == "new") return Value::record(nothing);
  if (name != "uuid") return std::nullopt;
  return Value::of(context.view.arena.copy(context.keys.uuid((*context.uuids)++, context.now)));
}

/// Where a path starts: a collection, one of its elements, a window, a utility, the directory.
Failure Api::open(const Request& request, Context& context, query::Evaluator& evaluator,
                  std::span<const Link>& rest, Value& start, Known& known) {
  const Link& first = rest[0];
  if (first.kind == LinkKind::op) return open_directory(evaluator, rest, start);
  if (const auto utility = Api::utility(context, first.name)) {
    if (first.kind != LinkKind::step) return unknown_collection(first.name);
    start = *utility;
    known = query::known_value(context.view, start);
    rest = rest.subspan(1);
    return {};
  }
  const Resource* found = first.kind == LinkKind::step ? find_resource(first.name) : nullptr;
  if (is_stock_reset(rest)) return not_available(request, of_method);
  if (found == nullptr) return unknown_collection(first.name);
  const Resource& resource = *found;
  start = Value::rows(resource.table, resource.row_type());
  known = query::known_rows(context.view, resource.table, resource.row_type());
  rest = rest.subspan(1);
  if (is_whole(rest)) return {};
  if (rest[0].kind == LinkKind::finder) return no_finder(request, resource, rest[0]);
  if (is_window(rest[0])) return open_window(resource, context, evaluator, rest, start);
  bool well_formed = true;
  Result<Ref> selected = select(context, resource, rest[0], well_formed);
  if (!selected) return std::move(selected.failure);
  if (!selected.value) return well_formed ? no_such_element(resource, rest[0]) : not_found();
  start = Value::entity(resource.table, selected.value);
  known.list = false;
  context.view.spend_row();
  if (query::Explanation* explanation = evaluator.around().explanation) {
    const std::string by = rest[0].kind == LinkKind::step ? "key" : std::string(rest[0].name);
    const std::string type(context.view.type_of(start)->name);
    explanation->accesses.push_back({type, "index", {"identifiers/" + by}, {}, "natural"});
  }
  rest = rest.subspan(1);
  if (rest.size() < 2 || !is_window(rest[1])) return {};
  return open_mirrored_window(context, rest, start, known);
}

/// `/v1~array(…)`: only the arguments. Nothing else stands directly behind the version.
Failure Api::open_directory(query::Evaluator& evaluator, std::span<const Link>& rest,
                            Value& start) {
  if (rest[0].op != query::Op::array)
    return not_found("Say a collection, such as /v1/trade-orders.");
  std::vector<Value> items;
  for (const query::Selector& selector : rest[0].selectors) {
    evaluator.keep(items, evaluator.select({}, selector.expr).value);
  }
  start = Value::values(arena_.copy(items));
  rest = rest.subspan(1);
  return {};
}

/// What a window's two steps say: the mode, and the keys of the instants in it.
Failure Api::read_window(const Resource& resource, const Context& context,
                         std::span<const Link> steps, const Window*& window,
                         query::KeyRange& range) {
  const std::string_view name = steps[0].name;
  const bool after = name.starts_with("after");
  std::string_view mode;
  if (const size_t open = name.find('('); open != std::string_view::npos) {
    mode = name.substr(open + 1, name.size() - open - (name.ends_with(')') ? 2 : 1));
  }
  if (resource.windows.empty()) return not_found("There are no time windows here.");
  window = mode.empty() ? &resource.windows[0] : nullptr;
  std::string modes;
  for (const Window& own : resource.windows) {
    if (own.mode == mode) window = &own;
    modes += (modes.empty() ? "" : ", ") + std::string(own.mode);
  }
  if (window == nullptr) return not_found("Supported modes: " + modes);
  const auto at = steps.size() > 1 ? window_time(context.view, steps[1]) : std::nullopt;
  if (!at) return not_found("A window needs a date-time, such as /after/2024-12-15T12:00:00Z.");
  const uint64_t key = ordered_key(*at);
  range = after ? query::KeyRange{key, unknown_key} : query::KeyRange{0, key};
  return {};
}

///
Failure Api::open_window(const Resource& resource, Context& context, query::Evaluator& evaluator,
                         std::span<const Link>& rest, Value& start) {
  const Window* window;
  query::KeyRange range;
  if (Failure failure = read_window(resource, context, rest, window, range)) return failure;
  start = query::rows_between(evaluator, start, window_member(resource, *window), range);
  rest = rest.subspan(2);
  return {};
}

/// The same of rows that a member of an entity mirrors, if their collection has windows.
Failure Api::open_mirrored_window(Context& context, std::span<const Link>& rest, Value& start,
                                  Known& known) {
  const View& view = context.view;
  const Member* member = view.type_of(start)->find(rest[0].name);
  if (member == nullptr || member->mirrors.empty()) return {};
  const Resource& resource = *find_resource(reference_info(member->target).collection);
  if (resource.windows.empty()) return {};
  const Window* window;
  query::KeyRange range;
  if (Failure failure = read_window(resource, context, rest.subspan(1), window, range)) {
    return failure;
  }
  const Member& instant = window_member(resource, *window);
  std::vector<Value> inside;
  view.each(view.member(start, *member), [&](const Value& row) {
    const auto at = field<MaybeInstant>(view.store.table(row.table()).row(row.row()), instant);
    const uint64_t key = at ? ordered_key(*at) : unknown_key;
    if (range.low <= key && key < range.high) inside.push_back(row);
    return true;
  });
  start = Value::values(view.arena.copy(inside));
  known = query::known_rows(view, resource.table, resource.row_type());
  rest = rest.subspan(3);
  return {};
}

Failure Api::read(const Request& request, const Target& target, Context& context) {
  Answer answer(request, target, context, response_, use_indexes_);
  std::span<const Link> rest = answer.links();
  Value start;
  Known known;
  if (Failure failure = open(request, context, answer.evaluator(), rest, start, known)) {
    return failure;
  }
  return answer.write(start, known, rest);
}

}  // namespace waybill::http
