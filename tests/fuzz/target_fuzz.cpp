#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "query/parser.hpp"

/// Any bytes as a target: the parser answers a tree or a fault, every span
/// lies in the input, every text is UTF-8, no chain or nesting is beyond its limit.
namespace {

using waybill::check;
using namespace waybill::query;
namespace limits = waybill::limits;

/// Levels of operators within arguments; each may hold conditionals, a coalescing, a concatenation
/// and an operand.
constexpr int max_depth = limits::parenthesis_depth * (limits::parenthesis_depth + 3);

class TreeCheck {
 public:
  explicit TreeCheck(size_t input_size) : input_size_(input_size) {}

  void result(const ParseResult& result) {
    span(result.span);
    if (result.fault != SyntaxFault::none) {
      check(!result.message.empty() && result.target.links.empty());
      return;
    }
    chain(result.target.links, 0);
    check(result.target.parameters.size() <= limits::operator_arguments);
    for (const Parameter& parameter : result.target.parameters) {
      span(parameter.span);
      text(parameter.value);
      if (parameter.predicate != nullptr) predicate(*parameter.predicate, 0);
      if (parameter.sort != nullptr) sort(*parameter.sort, 0);
      selectors(parameter.selectors, 0);
    }
  }

 private:
  void span(Span span) { check(span.begin <= span.end && span.end <= input_size_); }
  void text(std::string_view text) { check(!waybill::find_invalid_utf8(text)); }

  void chain(std::span<const Link> links, int depth) {
    check(depth <= max_depth);
    size_t steps = 0;
    size_t operators = 0;
    for (const Link& link : links) {
      span(link.span);
      text(link.name);
      text(link.value);
      operators += link.kind == LinkKind::op;
      steps += link.kind <= LinkKind::dynamic;
      check(link.kind < LinkKind::literal || link.kind == LinkKind::op || &link == links.data());
      selectors(link.selectors, depth + 1);
      check(link.predicates.size() <= limits::operator_arguments);
      for (const Predicate& each : link.predicates) predicate(each, depth + 1);
      if (link.sort != nullptr) sort(*link.sort, depth + 1);
    }
    check(steps <= limits::path_steps && operators <= limits::operators_per_chain);
  }

  void selectors(std::span<const Selector> selectors, int depth) {
    check(selectors.size() <= limits::operator_arguments);
    for (const Selector& selector : selectors) {
      text(selector.alias);
      expression(selector.expr, depth);
    }
  }

  void expression(const Expr& expr, int depth) {
    check(depth <= max_depth);
    span(expr.span);
    const bool is_chain = expr.kind == ExprKind::chain;
    check(is_chain ? !expr.links.empty() : expr.parts.size() > 1);
    check(expr.kind != ExprKind::conditional || expr.parts.size() == 3);
    chain(expr.links, depth);
    for (const Expr& part : expr.parts) expression(part, depth + 1);
  }

  void predicate(const Predicate& predicate, int depth) {
    span(predicate.span);
    text(predicate.left_text);
    text(predicate.value);
    expression(predicate.left, depth);
    check(predicate.left.kind == ExprKind::chain);
  }

  void sort(const SortKey& key, int depth) {
    text(key.text);
    expression(key.expr, depth);
    check(key.expr.kind == ExprKind::chain);
  }

  size_t input_size_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Parser parser;
  TreeCheck(size).result(parser.parse(input));
  TreeCheck(size).result(parser.parse_relative(input));
  return 0;
}
