#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/api.hpp"
#include "http/refusal.hpp"
#include "query/advice.hpp"
#include "query/compare.hpp"
#include "query/cursor.hpp"
#include "query/parameters.hpp"
#include "query/plan.hpp"
#include "query/primitive.hpp"

/// Reads: where a path starts, time windows, pages, and how a query was answered.
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

/// The same request with `after`, and without `offset`.
std::string next_url(std::string_view target, std::string_view token) {
  const size_t question = target.find('?');
  std::string url(target.substr(0, question));
  char separator = '?';
  std::string_view rest = target.substr(std::min(question + 1, target.size()));
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (one.empty() || one.starts_with("after=") || one.starts_with("offset=")) continue;
    url += separator;
    url += one;
    separator = '&';
  }
  url += separator;
  url += "after=";
  url += token;
  return url;
}

/// The time that a window's step says: a date-time, or a shift of now.
std::optional<Instant> window_time(const View& view, const Link& link) {
  const std::string_view text = query::step_text(view, link);
  if (text.starts_with("+=") || text.starts_with("-=")) return query::moved(view.now, text);
  return Instant::parse(text);
}

}  // namespace

/// `api/v1/…` inside a selector, and the start of a request's own path.
class Places final : public query::Directory {
 public:
  explicit Places(Context& context) : context_(context) {}

  bool open(std::span<const Link>& links, Value& out) override {
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

 private:
  Context& context_;
};

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
Failure Api::open(Context& context, query::Evaluator& evaluator, std::span<const Link>& rest,
                  Value& start, Known& known) {
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
  if (found == nullptr) return unknown_collection(first.name);
  const Resource& resource = *found;
  start = Value::rows(resource.table, resource.row_type());
  known = query::known_rows(context.view, resource.table, resource.row_type());
  rest = rest.subspan(1);
  if (is_whole(rest)) return {};
  if (rest[0].kind == LinkKind::finder) return no_finder(resource, rest[0]);
  if (is_window(rest[0])) return open_window(resource, context, evaluator, rest, start);
  bool well_formed = true;
  Result<Ref> selected = select(context, resource, rest[0], well_formed);
  if (!selected) return std::move(selected.failure);
  if (!selected.value) return well_formed ? no_such_element(resource, rest[0]) : not_found();
  start = Value::entity(resource.table, selected.value);
  known.list = false;
  rest = rest.subspan(1);
  return {};
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

///
Failure Api::open_window(const Resource& resource, Context& context, query::Evaluator& evaluator,
                         std::span<const Link>& rest, Value& start) {
  const std::string_view name = rest[0].name;
  const bool after = name.starts_with("after");
  std::string_view mode;
  if (const size_t open = name.find('('); open != std::string_view::npos) {
    mode = name.substr(open + 1, name.size() - open - (name.ends_with(')') ? 2 : 1));
  }
  if (resource.windows.empty()) return not_found("There are no time windows here.");
  const Window* window = mode.empty() ? &resource.windows[0] : nullptr;
  std::string modes;
  for (const Window& own : resource.windows) {
    if (own.mode == mode) window = &own;
    modes += (modes.empty() ? "" : ", ") + std::string(own.mode);
  }
  if (window == nullptr) return not_found("Supported modes: " + modes);
  const auto at = rest.size() > 1 ? window_time(context.view, rest[1]) : std::nullopt;
  if (!at) return not_found("A window needs a date-time, such as /after/2024-12-15T12:00:00Z.");
  const uint64_t key = ordered_key(*at);
  start = query::rows_between(evaluator, start, window_member(resource, *window),
                              after ? query::KeyRange{key, unknown_key} : query::KeyRange{0, key});
  rest = rest.subspan(2);
  return {};
}

Failure Api::read(const Request& request, const Target& target, Context& context) {
  Places places(context);
  query::Explanation explanation;
  const bool explains = request.header("x-explain") == "true";
  query::Surroundings around{context.hints, request.target, &places, use_indexes_,
                             explains ? &explanation : nullptr};
  query::Evaluator evaluator(context.view, around);
  query::Parameters parameters = query::read_parameters(target, context.view, around);
  std::span<const Link> rest = parameters.links;
  Value start;
  Known known;
  if (Failure failure = open(context, evaluator, rest, start, known)) return failure;
  query::advise(context.view, around, target, known, rest);
  if (parameters.page.is_page) rest = page_links(rest, parameters.page);
  Result<query::Outcome> outcome = evaluator.run(start, rest);
  if (!outcome) return std::move(outcome.failure);
  if (!outcome.value.found) return not_found(std::string(outcome.value.details));
  if (parameters.failure) return std::move(parameters.failure);
  response_.add_header("Content-Type", "application/json");
  Value& value = outcome.value.value;
  if (parameters.page.is_page && value.is_list()) {
    Failure failure =
        finish_page(request, evaluator, parameters.page, outcome.value, known, context);
    if (failure) return failure;
  }
  query::Renderer renderer(evaluator, response_.body);
  if (asks_for_nulls(request.header("accept"))) renderer.show_nulls();
  renderer.write(value, outcome.value.shape);
  if (Failure failure = evaluator.take_failure()) return failure;
  if (explains) {
    explanation.looked_at = context.view.rows_read();
    if (!value.is_list()) explanation.returned = 1;
    write_explanation(explanation);
  }
  response_.body += '\n';
  return {};
}

/// One element more than the page has, to know whether there are more.
std::span<const Link> Api::page_links(std::span<const Link> links, const query::Page& page) {
  std::vector<Link> changed(links.begin(), links.end());
  const auto take = std::find_if(changed.rbegin(), changed.rend(), [](const Link& link) {
    return link.kind == LinkKind::op && link.op == query::Op::take;
  });
  if (take == changed.rend() || !query::read_number(*take)) return links;
  take->value = arena_.copy(std::to_string(page.limit + 1));
  if (page.keeps_sort_member) add_sort_member(changed, page);
  return arena_.copy(changed);
}

/// With `fields=default` the member that the page is sorted by is shown as well.
void Api::add_sort_member(std::vector<Link>& links, const query::Page& page) {
  query::Selector root;
  root.expr.links = page.sort->expr.links.first(1);
  root.expr.span = page.sort->expr.span;
  Link with;
  with.kind = LinkKind::op;
  with.op = query::Op::with;
  with.name = "with";
  with.selectors = {arena_.make(root), 1};
  links.push_back(with);
}

/// Cuts the page, and says whether and where there is more.
Failure Api::finish_page(const Request& request, query::Evaluator& evaluator,
                         const query::Page& page, query::Outcome& outcome, const Known& known,
                         Context& context) {
  std::vector<Value> items;
  context.view.each(outcome.value, [&](const Value& item) {
    return evaluator.keep(items, item) && !evaluator.failed();
  });
  const bool more = items.size() > page.limit;
  const auto sort_value = [&](size_t i) {
    return evaluator.select(items[i], page.sort->expr).value;
  };
  Value next;
  if (more) {
    next = sort_value(static_cast<size_t>(page.limit));
    items.resize(static_cast<size_t>(page.limit));
  }
  outcome.value = Value::values(arena_.copy(items));
  if (page.sort->descending && evaluator.sort_value_missing) {
    context.hint("T-Q-15", std::string(page.sort->text),
                 "elements without this value are on no page of a descending walk");
  }
  const std::string_view all_headers = "Link, X-Cursor-Next, X-Has-More";
  response_.add_header("X-Has-More", more ? "true" : "false");
  response_.add_header("Access-Control-Expose-Headers", all_headers);
  if (items.empty()) return {};
  for (size_t i = 0; i < items.size(); ++i) {
    const Value own = sort_value(i);
    const char* wrong = own.is_list()                      ? "a list"
                        : own.is_object()                  ? "an object"
                        : own.kind() == ValueKind::boolean ? "a boolean"
                                                           : nullptr;
    if (wrong == nullptr) continue;
    return fail(
        Code::bad_request,
        "Cursor pagination requires a sort field holding a single text or numeric value: '" +
            std::string(page.sort->text) + "' holds " + wrong);
  }
  if (!more) return {};
  const Value last = sort_value(items.size() - 1);
  const bool readable =
      page.has_fields || query::is_shown(context.view, known, page.sort->expr.links, outcome.shape);
  if (last.missing() || query::order(last, next) == 0 || !readable) {
    context.hint("T-Q-14", std::string(page.sort->text),
                 last.missing() ? "no cursor: the last element has no such value"
                 : !readable    ? "no cursor: the value is not shown; name it in fields="
                                : "no cursor: the next element has the same value");
    return {};
  }
  const std::string token = query::make_cursor(context.view, last, *page.sort);
  response_.add_header("X-Cursor-Next", token);
  response_.add_header("Link", "<" + next_url(request.target, token) + ">; rel=\"next\"");
  return {};
}

namespace {

void append_texts(Bytes& out, std::string_view name, const std::vector<std::string>& texts) {
  out += ",\"";
  out += name;
  out += "\":[";
  for (const std::string& text : texts) {
    if (out.back() != '[') out += ',';
    append_json_string(out, text);
  }
  out += ']';
}

}  // namespace

/// X-Explain: the plan takes the place of the answer that it gave.
void Api::write_explanation(const query::Explanation& explanation) {
  Bytes& out = response_.body;
  out.assign("{\"@type\":\"query plan\",\"steps\":[");
  for (const query::Explanation::Access& access : explanation.accesses) {
    if (out.back() != '[') out += ',';
    out += "{\"collection\":";
    append_json_string(out, access.collection);
    out += ",\"access\":";
    append_json_string(out, access.access);
    append_texts(out, "indexes", access.indexes);
    append_texts(out, "filters", access.filters);
    out += ",\"order\":";
    append_json_string(out, access.order);
    out += '}';
  }
  out += "],\"rowsLookedAt\":";
  append_uint(out, explanation.looked_at);
  out += ",\"rowsReturned\":";
  append_uint(out, explanation.returned);
  out += '}';
}

}  // namespace waybill::http
