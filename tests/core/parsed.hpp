#pragma once

#include <string>
#include <string_view>

#include "query/parser.hpp"

/// What the parser reads, as text.
namespace waybill::query {

/// Prints a tree as a compact s-expression: steps as "/name", operators as "(name argument …)".
class Printer {
 public:
  std::string target(const Target& target) {
    if (target.api_prefix) out_ += "api ";
    links(target.links);
    for (const Parameter& parameter : target.parameters) this->parameter(parameter);
    return out_;
  }

 private:
  void links(std::span<const Link> links) {
    for (const Link& link : links) this->link(link);
  }

  void link(const Link& link) {
    switch (link.kind) {
      case LinkKind::step:
        out_ += "/" + std::string(link.name);
        break;
      case LinkKind::keyed:
        out_ += "/" + std::string(link.name) + "=\"" + std::string(link.value) + "\"";
        break;
      case LinkKind::each:
        out_ += "/*" + std::string(link.name);
        break;
      case LinkKind::finder:
        out_ += "/@" + std::string(link.name);
        break;
      case LinkKind::dynamic:
        out_ += "/{" + std::string(link.name) + "}";
        break;
      case LinkKind::literal:
        out_ += "'" + std::string(link.name) + "'";
        break;
      case LinkKind::self:
        out_ += "$this";
        break;
      case LinkKind::prior:
        out_ += "$prior";
        break;
      case LinkKind::index:
        out_ += "$index";
        break;
      case LinkKind::root:
        out_ += "root";
        break;
      case LinkKind::op:
        op(link);
        break;
    }
  }

  void op(const Link& link) {
    const char* prefix = link.op == Op::unknown       ? "unknown:"
                         : link.op == Op::unsupported ? "unsupported:"
                                                      : "";
    out_ += "(" + (prefix + std::string(link.name));
    if (link.has_parentheses) out_ += "()";
    if (!link.value.empty()) out_ += " \"" + std::string(link.value) + "\"";
    for (const Selector& each : link.selectors) selector(each);
    for (const Predicate& each : link.predicates) predicate(each);
    if (link.sort != nullptr) sort(*link.sort);
    out_ += ")";
  }

  void selector(const Selector& selector) {
    out_ += " ";
    if (!selector.alias.empty()) out_ += std::string(selector.alias) + ":";
    expr(selector.expr);
  }

  void expr(const Expr& expr) {
    if (expr.kind == ExprKind::chain) {
      links(expr.links);
    } else {
      out_ += expr.kind == ExprKind::concat ? "(+" : expr.kind == ExprKind::coalesce ? "(??" : "(?";
      for (const Expr& part : expr.parts) {
        out_ += " ";
        this->expr(part);
      }
      out_ += ")";
    }
    if (expr.conversion == Conversion::string) out_ += "->string";
    if (expr.conversion == Conversion::number) out_ += "->number";
    if (expr.conversion == Conversion::boolean) out_ += "->boolean";
  }

  void predicate(const Predicate& predicate) {
    constexpr std::string_view names[] = {"truthy", "falsy", "=",  "!=", "<",
                                          "<=",     ">",     ">=", "=~", "!~"};
    out_ += " (" + std::string(names[static_cast<size_t>(predicate.cmp)]) + " ";
    expr(predicate.left);
    const char* quote = predicate.quoted ? "'" : "\"";
    if (predicate.cmp >= Cmp::eq) out_ += " " + (quote + std::string(predicate.value)) + quote;
    out_ += ")";
  }

  void sort(const SortKey& key) {
    out_ += " ";
    expr(key.expr);
    if (key.descending) out_ += " desc";
  }

  void parameter(const Parameter& parameter) {
    constexpr std::string_view names[] = {"predicate", "limit", "offset", "orderby",
                                          "fields",    "after", "format"};
    out_ += " ?" + std::string(names[static_cast<size_t>(parameter.kind)]);
    if (parameter.kind != ParameterKind::predicate) {
      out_ += "=\"" + std::string(parameter.value) + "\"";
    }
    if (parameter.predicate != nullptr) predicate(*parameter.predicate);
    for (const Selector& each : parameter.selectors) selector(each);
    if (parameter.sort != nullptr) sort(*parameter.sort);
  }

  std::string out_;
};

inline std::string outcome(const ParseResult& result, std::string_view raw) {
  switch (result.fault) {
    case SyntaxFault::none:
      return Printer().target(result.target);
    case SyntaxFault::syntax:
      return "syntax <" +
             std::string(raw.substr(result.span.begin, result.span.end - result.span.begin)) +
             "> " + result.message;
    case SyntaxFault::not_found:
      return "not found";
    case SyntaxFault::too_complex:
      return result.message;
  }
  return "";
}

inline std::string parse(std::string_view raw) {
  Parser parser;
  return outcome(parser.parse(raw), raw);
}

/// The tree of `argument` read as the selectors of "~with".
inline std::string select(std::string_view argument) {
  const std::string tree = parse("/v1~with(" + std::string(argument) + ")");
  constexpr std::string_view before = "(with() ";
  if (!tree.starts_with(before)) return tree;
  return tree.substr(before.size(), tree.size() - before.size() - 1);
}

/// The tree of `argument` read as the predicates of "~where".
inline std::string where(std::string_view argument) {
  const std::string tree = parse("/v1~where(" + std::string(argument) + ")");
  constexpr std::string_view before = "(where() ";
  if (!tree.starts_with(before)) return tree;
  return tree.substr(before.size(), tree.size() - before.size() - 1);
}

}  // namespace waybill::query
