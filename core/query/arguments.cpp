#include "query/arguments.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"
#include "query/evaluate.hpp"

namespace waybill::query {

std::optional<uint64_t> read_number(const Link& op) {
  uint64_t number = 0;
  const std::string_view text = op.value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end != text.data() + text.size() || error != std::errc{}) return std::nullopt;
  return number;
}

Failure check_number(const Link& op, uint64_t limit) {
  const std::string_view text = op.value;
  const std::string name(op.name);
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) {
    return fail(Code::invalid_argument,
                "Operator '" + name + "' requires a non-negative whole number");
  }
  const auto number = read_number(op);
  if (number && *number <= limit) return {};
  return fail(Code::invalid_argument,
              "Operator '" + name + "' accepts at most " + std::to_string(limit));
}

namespace {

Failure argument_required(const Link& op, std::string_view form) {
  const std::string name(op.name);
  return fail(Code::missing_argument, "Operator '" + name + "' requires an argument — write '~" +
                                          name + "(<" + std::string(form) + ">)'.");
}

Failure check_argument(const Link& op) {
  switch (op.op) {
    case Op::unsupported:
      return not_supported("Operator '" + std::string(op.name) + "'", false);
    case Op::take:
      return op.value.empty() ? argument_required(op, "number")
                              : check_number(op, limits::max_take);
    case Op::skip:
      return op.value.empty() ? Failure{} : check_number(op, limits::max_skip);
    case Op::repeat:
      return op.value.empty() ? Failure{} : check_number(op, limits::max_repeat);
    case Op::order_by:
      return op.sort == nullptr ? argument_required(op, "resource selector") : Failure{};
    case Op::distinct_by:
      return op.selectors.empty() ? argument_required(op, "resource selector") : Failure{};
    case Op::map:
      return op.value.empty() ? argument_required(op, "namespaced key") : Failure{};
    default:
      return {};
  }
}

Failure check_expression(const Expr& expr) {
  for (const Expr& part : expr.parts) {
    if (Failure failure = check_expression(part)) return failure;
  }
  return check_arguments(expr.links);
}

Failure check_link(const Link& link) {
  if (link.kind != LinkKind::op) return {};
  if (Failure failure = check_argument(link)) return failure;
  for (const Selector& selector : link.selectors) {
    if (Failure failure = check_expression(selector.expr)) return failure;
  }
  for (const Predicate& predicate : link.predicates) {
    if (Failure failure = check_expression(predicate.left)) return failure;
  }
  return link.sort == nullptr ? Failure{} : check_expression(link.sort->expr);
}

}  // namespace

Failure check_arguments(std::span<const Link> links) {
  for (const Link& link : links) {
    if (Failure failure = check_link(link)) return failure;
  }
  return {};
}

Failure undeclared_key(std::string_view what, std::string_view key) {
  return fail(Code::invalid_sort_key,
              "Invalid " + std::string(what) + " key '" + std::string(key) + "': field not found");
}

Failure objects_not_sorted(std::string_view what) {
  return fail(Code::invalid_argument,
              std::string(what) +
                  " sorts items by their own value, and these are objects: use orderBy(<member>)");
}

const Expr* distinct_key(const Link& op) {
  return op.op == Op::distinct_by && !op.selectors.empty() ? &op.selectors[0].expr : nullptr;
}

bool names_bad_identifier(const Expr& key) {
  return key.links.size() > 1 && key.links[0].name == "identifiers" &&
         !is_identifier_name(key.links[1].name);
}

}  // namespace waybill::query
