#include <array>
#include <utility>

#include "base/limits.hpp"
#include "query/parser_reader.hpp"

/// Selectors, sort keys and the expressions of Q-86.
namespace waybill::query {
namespace {

constexpr std::array<std::pair<std::string_view, Conversion>, 3> conversions{{
    {"string", Conversion::string},
    {"number", Conversion::number},
    {"boolean", Conversion::boolean},
}};

bool is_plain_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("_-.$@").find(c) != std::string_view::npos;
}

}  // namespace

bool Reader::read_selectors(Span arguments, std::span<const Selector>& out) {
  const size_t mark = selectors_.size();
  uint32_t pos = arguments.begin;
  bool more = arguments.begin < arguments.end;
  while (more) {
    const Span argument{pos, next_outside(',', pos, arguments.end)};
    if (selectors_.size() - mark == limits::operator_arguments) {
      return fail_limit("arguments", limits::operator_arguments, argument);
    }
    Selector selector;
    if (!read_selector(argument, selector)) return false;
    selectors_.push_back(selector);
    more = argument.end < arguments.end;
    pos = argument.end + 1;
  }
  out = take(selectors_, mark);
  return true;
}

bool Reader::read_selector(Span argument, Selector& selector) {
  argument = trim(argument);
  return read_alias(argument, selector.alias) && read_expression(argument, selector.expr, 0);
}

/// Takes an alias off the front: a plain name before the first ":".
bool Reader::read_alias(Span& argument, std::string_view& alias) {
  uint32_t pos = argument.begin;
  while (pos < argument.end) {
    const Character c = character_at(pos, argument.end);
    if (!is_plain_name_character(c.value)) break;
    pos += c.size;
  }
  if (pos == argument.begin || pos == argument.end || raw_[pos] != ':') return true;
  if (!leaf({argument.begin, pos}, alias)) return false;
  argument = trim({pos + 1, argument.end});
  return true;
}

/// Q-47: the direction is taken first, so that a member named "asc" can still be an alias.
bool Reader::read_sort_key(Span argument, const SortKey*& out) {
  argument = trim(argument);
  if (argument.begin == argument.end) return true;
  SortKey key;
  key.descending = raw(argument).ends_with(":desc");
  if (key.descending || raw(argument).ends_with(":asc")) {
    argument.end -= key.descending ? 5 : 4;
    argument = trim(argument);
  }
  std::string_view alias;  // allowed by the grammar, without effect on the order
  key.expr.span = argument;
  if (!leaf(argument, key.text) || !read_alias(argument, alias)) return false;
  if (!read_chain(argument, key.expr.links)) return false;
  out = arena_.make(key);
  return true;
}

/// From the weakest to the strongest: `? :` (right-associative), `??`, `+`, `->`. The first two
/// need blanks on both sides (Q-86). Depth counts conditionals within conditionals.
bool Reader::read_expression(Span range, Expr& expr, int depth) {
  range = trim(range);
  if (raw(range).find_first_of("+?%") == std::string_view::npos) return read_operand(range, expr);

  const Span question = find_separator(range, [&](uint32_t pos) -> uint32_t {
    const Character c = character_at(pos, range.end);
    const bool spaced = c.value == '?' && character_before(pos, range.begin) == ' ' &&
                        blank_at(pos + c.size, range.end) > 0;
    return spaced ? c.size : 0;
  });
  if (question.begin < question.end) return read_conditional(range, question, expr, depth);
  return read_parts(range, ExprKind::coalesce, expr);
}

bool Reader::read_conditional(Span range, Span question, Expr& expr, int depth) {
  if (depth == limits::parenthesis_depth) {
    return fail_limit("levels of conditionals", limits::parenthesis_depth, question);
  }
  const Span colon = find_colon(question, range.end);
  if (colon.begin == colon.end) return fail_syntax("conditional without \":\"", range);
  const std::array<Span, 3> ranges{
      {{range.begin, question.begin}, {question.end, colon.begin}, {colon.end, range.end}}};
  const size_t mark = expressions_.size();
  for (const Span part : ranges) {
    Expr parsed;
    if (!read_expression(part, parsed, depth + 1)) return false;
    expressions_.push_back(parsed);
  }
  expr.kind = ExprKind::conditional;
  expr.span = range;
  expr.parts = take(expressions_, mark);
  return true;
}

/// The ":" that belongs to `question`; conditionals between them have their own.
Span Reader::find_colon(Span question, uint32_t end) const {
  int open = 1;
  const Span rest{question.end, end};
  return find_separator(rest, [&](uint32_t pos) -> uint32_t {
    const Character c = character_at(pos, end);
    const bool is_question = c.value == '?';
    const bool is_colon = c.value == ':' && c.size == 1;
    if (!is_question && !is_colon) return 0;
    if (character_before(pos, rest.begin) != ' ' || blank_at(pos + c.size, end) == 0) return 0;
    open += is_question ? 1 : -1;
    return open == 0 ? c.size : 0;
  });
}

/// Splits `range` at "??", its parts at "+"; a single part takes the place of the whole.
bool Reader::read_parts(Span range, ExprKind kind, Expr& expr) {
  const auto is_separator = [&](uint32_t pos) -> uint32_t {
    if (kind == ExprKind::concat) return raw_[pos] == '+' ? 1 : 0;
    const Character first = character_at(pos, range.end);
    const Character second = character_at(pos + first.size, range.end);
    const uint32_t size = first.size + second.size;
    const bool found = first.value == '?' && second.value == '?' &&
                       character_before(pos, range.begin) == ' ' &&
                       blank_at(pos + size, range.end) > 0;
    return found ? size : 0;
  };
  const size_t mark = expressions_.size();
  Span rest = range;
  bool more = true;
  while (more) {
    // A "+" that begins an operand belongs to it: "+=…" on the current item.
    const Span separator = find_separator(
        rest, [&](uint32_t pos) -> uint32_t { return pos == rest.begin ? 0 : is_separator(pos); });
    const Span part = trim({rest.begin, separator.begin});
    Expr parsed;
    const bool fine = kind == ExprKind::coalesce ? read_parts(part, ExprKind::concat, parsed)
                                                 : read_operand(part, parsed);
    if (!fine) return false;
    expressions_.push_back(parsed);
    more = separator.begin < separator.end;
    rest = trim({separator.end, range.end});
  }
  if (expressions_.size() - mark == 1) {
    expr = expressions_.back();
    expressions_.resize(mark);
    return true;
  }
  expr.kind = kind;
  expr.span = range;
  expr.parts = take(expressions_, mark);
  return true;
}

bool Reader::read_operand(Span range, Expr& expr) {
  expr.span = range;
  const Span chain = take_conversion(range, expr.conversion);
  return read_chain(chain, expr.links);
}

/// Takes "->string", "->number" or "->boolean" off the end.
Span Reader::take_conversion(Span range, Conversion& conversion) const {
  for (const auto& [name, meaning] : conversions) {
    if (!raw(range).ends_with(name)) continue;
    const uint32_t arrow_end = range.end - static_cast<uint32_t>(name.size());
    if (character_before(arrow_end, range.begin) != '>') break;
    const uint32_t dash_end = arrow_end - (raw_[arrow_end - 1] == '>' ? 1 : 3);
    if (character_before(dash_end, range.begin) != '-') break;
    conversion = meaning;
    return trim({range.begin, dash_end - (raw_[dash_end - 1] == '-' ? 1 : 3)});
  }
  return range;
}

}  // namespace waybill::query
