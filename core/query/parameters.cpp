#include "query/parameters.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "query/arguments.hpp"
#include "query/cursor.hpp"

namespace waybill::query {

namespace {

constexpr uint64_t default_page = 100;

constexpr std::string_view control_names[] = {"skip",    "take",   "page",   "sort",  "order",
                                              "orderBy", "filter", "select", "expand"};

/// Puts operators together from parameters, in the order of Q-63.
class Rewriter {
 public:
  Rewriter(const Target& target, const View& view, Surroundings& around)
      : target_(target), arena_(view.arena), around_(around) {}

  Parameters read() {
    Parameters out;
    out.links = target_.links;
    if (target_.parameters.empty()) return out;
    links_.assign(target_.links.begin(), target_.links.end());
    for (const Parameter& parameter : target_.parameters) sort_in(parameter);
    add_predicates();
    add_order(out.page);
    add_format();
    add_fields(out.page);
    add_window(out.page);
    out.links = arena_.copy(links_);
    out.failure = std::move(failure_);
    return out;
  }

 private:
  const Parameter*& slot(ParameterKind kind) { return reserved_[static_cast<size_t>(kind)]; }

  void refuse(Code code, std::string details) {
    if (!failure_) failure_ = fail(code, std::move(details));
  }

  void sort_in(const Parameter& parameter) {
    if (parameter.kind == ParameterKind::predicate) return;
    const Parameter*& own = slot(parameter.kind);
    if (own != nullptr) {
      const std::string_view name = parameter.raw.substr(0, parameter.raw.find('='));
      refuse(Code::bad_request, "Parameter '" + std::string(name) + "' is given more than once.");
    }
    own = &parameter;
  }

  Link& add(Op op, std::string_view name, const Span& span) {
    Link& link = links_.emplace_back();
    link.kind = LinkKind::op;
    link.op = op;
    link.name = name;
    link.span = span;
    link.has_parentheses = true;
    return link;
  }

  void add_predicates() {
    for (const Parameter& parameter : target_.parameters) {
      if (parameter.predicate == nullptr) continue;
      const std::string_view left = parameter.predicate->left_text;
      if (std::find(std::begin(control_names), std::end(control_names), left) !=
          std::end(control_names)) {
        around_.hint("T-Q-17", parameter.span,
                     "a filter: the controls are limit, offset, orderby, fields, after");
      }
      add(Op::where, "where", parameter.span).predicates = {parameter.predicate, 1};
    }
  }

  ///
  void add_order(Page& page) {
    const Parameter* order = slot(ParameterKind::order_by);
    const Parameter* after = slot(ParameterKind::after);
    const Parameter* limit = slot(ParameterKind::limit);
    const Parameter* offset = slot(ParameterKind::offset);
    if (after != nullptr && (order == nullptr || order->sort == nullptr)) {
      return refuse(Code::bad_request, "Cursor pagination requires 'orderby' to be specified");
    }
    if (order == nullptr) return;
    if (order->sort == nullptr) {
      add(Op::order_by, "orderBy", order->span);
      return;
    }
    SortKey key = *order->sort;
    if (after != nullptr) {
      if (key.text.find(',') != std::string_view::npos) {
        return refuse(Code::bad_request, "Cursor pagination with compound sort not yet supported");
      }
      Result<const Predicate*> bound = read_cursor(after->value, key, arena_);
      if (!bound) {
        refuse(bound.failure->code, bound.failure->details);
        return;
      }
      key.after = bound.value;
      if (offset != nullptr) {
        around_.hint("T-Q-16", offset->span, "offset is ignored beside after");
        offset = nullptr;
        slot(ParameterKind::offset) = nullptr;
      }
    } else if (limit == nullptr) {
      around_.hint("T-Q-16", order->span,
                   "without limit this is the whole collection, without paging");
    }
    page.sort = arena_.make(key);
    page.is_page = after != nullptr || (limit != nullptr && limit->value != "0");
    page.limit = default_page;
    add(Op::order_by, "orderBy", order->span).sort = page.sort;
  }

  /// there is no such operator.
  void add_format() {
    if (const Parameter* format = slot(ParameterKind::format)) {
      add(Op::unknown, "format", format->span).value = format->value;
    }
  }

  static std::string_view plain_name(const Selector& selector) {
    const std::span<const Link> links = selector.expr.links;
    const bool plain =
        selector.alias.empty() && links.size() == 1 && links[0].kind == LinkKind::step;
    return plain ? links[0].name : std::string_view{};
  }

  /// `all`, `none`, `default` come first; a list of names is `just` with them.
  void add_fields(Page& page) {
    const Parameter* fields = slot(ParameterKind::fields);
    if (fields == nullptr || fields->selectors.empty()) return;
    page.has_fields = true;
    std::span<const Selector> rest = fields->selectors;
    const std::string_view first = plain_name(rest[0]);
    if (first == "all") add(Op::with_all, "withAll", fields->span).has_parentheses = false;
    if (first == "none") add(Op::just, "just", fields->span);
    page.keeps_sort_member = first == "default";
    if (first == "all" || first == "none" || first == "default") {
      rest = rest.subspan(1);
      if (!rest.empty()) add(Op::with, "with", fields->span).selectors = rest;
      return;
    }
    add(Op::just, "just", fields->span).selectors = rest;
    kept_names_ = rest;
  }

  void add_window(Page& page) {
    const Parameter* offset = slot(ParameterKind::offset);
    const Parameter* limit = slot(ParameterKind::limit);
    if (offset != nullptr) add_number(Op::skip, "skip", *offset);
    if (limit != nullptr) {
      const Link& take = add_number(Op::take, "take", *limit);
      page.limit = read_number(take).value_or(0);
    } else if (page.sort != nullptr && page.sort->after != nullptr) {
      add(Op::take, "take", page.sort->expr.span).value = "100";
    }
    if (!kept_names_.empty()) {
      add(Op::simple_just, "simpleJust", slot(ParameterKind::fields)->span).selectors = kept_names_;
    }
  }

  const Link& add_number(Op op, std::string_view name, const Parameter& parameter) {
    Link& link = add(op, name, parameter.span);
    link.value = parameter.value;
    Failure wrong = check_number(link, op == Op::take ? limits::max_take : limits::max_skip);
    if (wrong && !failure_) failure_ = std::move(wrong);
    return link;
  }

  const Target& target_;
  Arena& arena_;
  Surroundings& around_;
  std::vector<Link> links_;
  std::array<const Parameter*, 7> reserved_{};
  std::span<const Selector> kept_names_;
  Failure failure_;
};

void append_operator(std::string& url, std::string_view name, std::string_view argument) {
  url += '~';
  url += name;
  url += '(';
  url += argument;
  url += ')';
}

}  // namespace

Parameters read_parameters(const Target& target, const View& view, Surroundings& around) {
  return Rewriter(target, view, around).read();
}

std::vector<std::string_view> written_parameters(std::string_view url) {
  std::vector<std::string_view> parameters;
  const size_t question = std::min(url.find('?'), url.size() - 1);
  for (std::string_view rest = url.substr(question + 1); !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (!one.empty()) parameters.push_back(one);
  }
  return parameters;
}

std::string normalized_url(std::string_view url) {
  std::string out(url.substr(0, url.find('?')));
  struct Written {
    std::string_view name, op;
  };
  static constexpr Written order[] = {
      {"orderby", "orderBy"}, {"format", "format"}, {"fields", "just"},      {"offset", "skip"},
      {"limit", "take"},      {"after", "after"},   {"fields", "simpleJust"}};
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
  for (const std::string_view one : written_parameters(url)) {
    const std::string_view name = one.substr(0, one.find('='));
    const bool reserved = std::any_of(std::begin(order), std::end(order),
                                      [&](const Written& own) { return own.name == name; });
    if (!reserved) {
      append_operator(out, "where", one);
    } else {
      parameters.emplace_back(name, one.substr(std::min(name.size() + 1, one.size())));
    }
  }
  for (const Written& own : order) {
    for (const auto& [name, value] : parameters) {
      if (name != own.name) continue;
      const bool list = name == "fields" && value != "all" && value != "none" && value != "default";
      if (own.op == "simpleJust" && !list) continue;
      if (name == "fields" && value == "all") {
        out += "~withAll";
      } else if (name == "fields" && value == "none") {
        out += "~just()";
      } else if (name != "fields" || value != "default") {
        append_operator(out, own.op, value);
      }
    }
  }
  return out;
}

}  // namespace waybill::query
