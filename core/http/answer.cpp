#include "http/answer.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/refusal.hpp"
#include "query/advice.hpp"
#include "query/compare.hpp"
#include "query/cursor.hpp"

namespace waybill::http {

using query::Known;
using query::Link;
using query::LinkKind;

namespace {

/// What stands in a Link header between < and > (RFC 8288): characters that no URL has are encoded.
void append_url(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f && c != '<' && c != '>' && c != '"') {
      out += c;
      continue;
    }
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

/// The same request with `after`, and without `offset`.
std::string next_url(std::string_view target, std::string_view token) {
  std::string url;
  append_url(url, target.substr(0, target.find('?')));
  char separator = '?';
  for (const std::string_view one : query::written_parameters(target)) {
    if (one.starts_with("after=") || one.starts_with("offset=")) continue;
    url += separator;
    append_url(url, one);
    separator = '&';
  }
  url += separator;
  url += "after=";
  url += token;
  return url;
}

}  // namespace

Answer::Answer(const Request& request, const query::Target& target, Context& context,
               Response& response, bool use_indexes)
    : request_(request),
      target_(target),
      context_(context),
      response_(response),
      places_(context),
      around_{context.hints, request.target, &places_, use_indexes,
              request.header("x-explain") == "true" ? &explanation_ : nullptr},
      evaluator_(context.view, around_),
      parameters_(query::read_parameters(target, context.view, around_)) {}

Failure Answer::write(const Value& start, const Known& known, std::span<const Link> rest) {
  Failure unserved = query::advise(context_.view, around_, target_, known, rest);
  const bool reads = request_.method == Method::get || request_.method == Method::head;
  const bool is_page = parameters_.page.is_page && reads;
  Result<query::Outcome> outcome = evaluator_.run(start, is_page ? page_links(rest) : rest);
  if (!outcome) return std::move(outcome.failure);
  if (!outcome.value.found) return not_found(std::string(outcome.value.details));
  if (parameters_.failure) return std::move(parameters_.failure);
  if (unserved) return unserved;
  response_.add_header("Content-Type", "application/json");
  const Value& value = outcome.value.value;
  if (is_page && value.is_list()) {
    if (Failure failure = finish_page(outcome.value, known)) return failure;
  }
  query::Renderer renderer(evaluator_, response_.body);
  if (asks_for_nulls(request_.header("accept"))) renderer.show_nulls();
  renderer.write(value, outcome.value.shape);
  if (Failure failure = evaluator_.take_failure()) return failure;
  if (around_.explanation != nullptr) {
    explanation_.looked_at = context_.view.rows_read();
    if (!value.is_list()) explanation_.returned = 1;
    write_explanation();
  }
  response_.body += '\n';
  return {};
}

/// One element more than the page has, to know whether there are more.
std::span<const Link> Answer::page_links(std::span<const Link> links) {
  const query::Page& page = parameters_.page;
  std::vector<Link> changed(links.begin(), links.end());
  const auto take = std::find_if(changed.rbegin(), changed.rend(), [](const Link& link) {
    return link.kind == LinkKind::op && link.op == query::Op::take;
  });
  if (take == changed.rend() || !query::read_number(*take)) return links;
  take->value = context_.view.arena.copy(std::to_string(page.limit + 1));
  if (page.keeps_sort_member) add_sort_member(changed);
  return context_.view.arena.copy(changed);
}

/// With `fields=default` the member that the page is sorted by is shown as well.
void Answer::add_sort_member(std::vector<Link>& links) {
  const query::Expr& key = parameters_.page.sort->expr;
  query::Selector root;
  root.expr.links = key.links.first(1);
  root.expr.span = key.span;
  Link with;
  with.kind = LinkKind::op;
  with.op = query::Op::with;
  with.name = "with";
  with.selectors = {context_.view.arena.make(root), 1};
  links.push_back(with);
}

/// Cuts the page, and says whether and where there is more.
Failure Answer::finish_page(query::Outcome& outcome, const Known& known) {
  const query::Page& page = parameters_.page;
  std::vector<Value> items;
  context_.view.each(outcome.value, [&](const Value& item) {
    return evaluator_.keep(items, item) && !evaluator_.failed();
  });
  const auto sort_value = [&](const Value& item) {
    return evaluator_.select(item, page.sort->expr).value;
  };
  const bool more = items.size() > page.limit;
  Value next;
  if (more) {
    next = sort_value(items[static_cast<size_t>(page.limit)]);
    items.resize(static_cast<size_t>(page.limit));
  }
  outcome.value = Value::values(context_.view.arena.copy(items));
  if (page.sort->descending && evaluator_.sort_value_missing) {
    context_.hint("T-Q-15", std::string(page.sort->text),
                  "elements without this value are on no page of a descending walk");
  }
  const std::string_view all_headers = "Link, X-Cursor-Next, X-Has-More";
  response_.add_header("X-Has-More", more ? "true" : "false");
  response_.add_header("Access-Control-Expose-Headers", all_headers);
  Value last;
  for (const Value& item : items) {
    last = sort_value(item);
    const char* wrong = last.is_list()                      ? "a list"
                        : last.is_object()                  ? "an object"
                        : last.kind() == ValueKind::boolean ? "a boolean"
                                                            : nullptr;
    if (wrong == nullptr) continue;
    return fail(
        Code::bad_request,
        "Cursor pagination requires a sort field holding a single text or numeric value: '" +
            std::string(page.sort->text) + "' holds " + wrong);
  }
  if (!more || items.empty()) return {};
  const bool shown = page.has_fields ||
                     query::is_shown(context_.view, known, page.sort->expr.links, outcome.shape);
  const char* stalled = query::names_index(page.sort->expr) ? "positions change"
                        : last.missing()                    ? "the last element has no such value"
                        : !shown ? "the value is not shown; name it in fields="
                        : query::order(last, next) == 0 ? "the next element has the same value"
                                                        : nullptr;
  if (stalled != nullptr) {
    context_.hint("T-Q-14", std::string(page.sort->text), "no cursor: " + std::string(stalled));
    return {};
  }
  const std::string token = query::make_cursor(context_.view, last, *page.sort);
  response_.add_header("X-Cursor-Next", token);
  response_.add_header("Link", "<" + next_url(request_.target, token) + ">; rel=\"next\"");
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
void Answer::write_explanation() {
  Bytes& out = response_.body;
  out.assign("{\"@type\":\"query plan\",\"steps\":[");
  for (const query::Explanation::Access& access : explanation_.accesses) {
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
  append_uint(out, explanation_.looked_at);
  out += ",\"rowsReturned\":";
  append_uint(out, explanation_.returned);
  out += '}';
}

}  // namespace waybill::http
