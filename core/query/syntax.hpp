#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/decimal.hpp"
#include "base/instant.hpp"

/// The syntax tree of a target: what chapter 01 section 3 (grammar) reads, one tree for request
/// paths, selectors, predicates and, later, mapped types. Nodes live in the Parser's arena.
namespace waybill::query {

/// Bytes [begin, end) of the raw URL, for errors and hints.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct Expr;
struct Predicate;
struct Selector;
struct SortKey;

/// Operators of the catalogue; `unknown` keeps its name in Link::name.
enum class Op : uint8_t {
  unknown,
  with,
  with_all,
  just,
  without,
  simple_just,
  where,
  either,
  order_by,
  order,
  take,
  skip,
  first,
  last,
  count,
  distinct,
  distinct_by,
  flat,
  array,
  entries,
  join,
  to_lower,
  to_upper,
  to_string,
  map,
  typeless,
  repeat,
  unsupported,  // test, throwAt, renderTemplate, flatMap
};

enum class LinkKind : uint8_t {
  step,     // a plain segment: member, key, integer; `name` is its decoded text
  keyed,    // nsKey=value: `name` and `value` (Q-4: the value is everything after the first "=")
  each,     // *name; `name` without the star
  finder,   // @name; `name` without the at sign. A plain "@type" member is a step.
  dynamic,  // a primitive member such as "+=0:1:0" or "=={t}"; `name` is its text
  literal,  // 'text', only first in a chain; `name` is the content
  self,
  prior,
  index,  // $this, $prior, $index, only first in a chain
  root,   // api/v1/, only first in a selector's chain (cross-fetch)
  op,     // ~name(args)
};

/// One link of a chain.
struct Link {
  LinkKind kind = LinkKind::step;
  Op op = Op::unknown;
  bool has_parentheses = false;  // op: "~first()" differs from "~first"
  Span span;
  std::string_view name;   // decoded; for an op its name as written
  std::string_view value;  // keyed: decoded value; op: decoded raw argument text (`text`, `number`)
  std::span<const Selector> selectors;    // with, just, without, simple_just, array, distinct_by
  std::span<const Predicate> predicates;  // where, either
  const SortKey* sort = nullptr;          // order_by; null without argument
};

enum class ExprKind : uint8_t { chain, concat, coalesce, conditional };
enum class Conversion : uint8_t { none, string, number, boolean };  // "->string"

struct Expr {
  ExprKind kind = ExprKind::chain;
  Conversion conversion = Conversion::none;
  Span span;
  std::span<const Link> links;  // chain
  std::span<const Expr> parts;  // others; conditional has three
};

struct Selector {
  std::string_view alias;  // empty without
  Expr expr;
};

enum class Cmp : uint8_t {
  truthy,
  falsy,  // "field", "!field"
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  contains,
  not_contains,
};

struct Predicate {
  Cmp cmp = Cmp::truthy;
  bool quoted = false;         // the value was wholly quoted: text, never null or a number
  bool is_null = false;        // the value is an unquoted `null` or `undefined`
  Expr left;                   // always a chain
  std::string_view left_text;  // the left side as written, decoded
  std::string_view value;      // decoded, without quotes
  std::optional<Decimal> number;   // the value read as one, unless it was quoted
  std::optional<Instant> instant;  // the value read as a date or date-time
  Span span;
};

struct SortKey {
  Expr expr;              // always a chain
  std::string_view text;  // as written, decoded, without ":asc"/":desc" (for)
  bool descending = false;
  const Predicate* after = nullptr;  // a cursor: only what is sorted behind its value
  bool is_page = false;              // the parameters ask for a page
};

/// What a query parameter is: one of the reserved names, or a predicate.
enum class ParameterKind : uint8_t { predicate, limit, offset, order_by, fields, after, format };

/// A query parameter; Q-63 turns it into operators.
struct Parameter {
  ParameterKind kind = ParameterKind::predicate;
  std::string_view raw;
  Span span;
  std::string_view value;                // reserved names: the decoded text behind the "="
  const Predicate* predicate = nullptr;  // predicate
  std::span<const Selector> selectors;   // fields; "all", "none", "default" are plain steps
  const SortKey* sort = nullptr;         // order_by; null when empty
};

/// A whole target. `links` starts behind the version segment: links[0] is the collection.
struct Target {
  bool api_prefix = false;  // /api/v1 rather than /v1
  std::span<const Link> links;
  std::span<const Parameter> parameters;
  Span cut_literal;  // where a bare comma cut a literal in two (T-Q-24); empty if nowhere
};

}  // namespace waybill::query
