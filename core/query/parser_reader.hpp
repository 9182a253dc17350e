#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.hpp"
#include "base/bytes.hpp"
#include "query/parser.hpp"
#include "query/syntax.hpp"

namespace waybill::query {

/// The recursive descent behind Parser. Structure is found on the raw text, each leaf is decoded
/// once. A first pass pairs the parentheses, so every construct knows its end before it is
/// read: whoever splits a text skips nested parentheses in one step, and recursion is as deep as
/// parentheses are, nothing else.
///
/// The `read_` functions return whether they succeeded; the first fault of a text is kept.
class Reader {
 public:
  enum class LeadingSlash : uint8_t { required, optional };

  ParseResult read(std::string_view text, LeadingSlash leading_slash);

 private:
  /// A character that may be written as it is or as `%XX`: URL libraries encode `<`, `>`, `"`,
  /// blanks and sometimes quotes, without meaning anything by it. NUL of size 0 at the end.
  struct Character {
    char value;
    uint32_t size;
  };
  /// Links of one chain, counted against Q-105.
  struct ChainCount {
    size_t steps = 0;
    size_t operators = 0;
  };
  /// In arguments "&" separates predicates; a parameter is a single one.
  enum class Ampersand : uint8_t { separates, is_text };

  // parser.cpp: the whole target
  bool read_target(LeadingSlash leading_slash, Target& target);
  bool read_version(LeadingSlash leading_slash, Target& target, uint32_t& end);
  bool pair_parentheses(Span range);
  bool read_parameters(Span range, std::span<const Parameter>& out);
  bool read_parameter(Span range, Parameter& parameter);

  // parser_chain.cpp: steps and operators
  bool read_chain(Span range, std::span<const Link>& out);
  bool read_path(Span range, std::span<const Link>& out);
  bool read_start(Span range, ChainCount& count, uint32_t& pos);
  bool read_literal(Span range, uint32_t& pos, bool& found);
  bool read_links(uint32_t pos, uint32_t end, ChainCount& count);
  bool read_step(uint32_t& pos, uint32_t end, ChainCount& count);
  bool read_operator(uint32_t& pos, uint32_t end, ChainCount& count);
  bool read_arguments(Span arguments, Link& link);
  bool push_named(LinkKind kind, Span span);
  uint32_t segment_end(uint32_t begin, uint32_t end) const;
  bool classify(Span span, Link& link);

  // parser_expression.cpp: selectors, sort keys, expressions
  bool read_selectors(Span arguments, std::span<const Selector>& out);
  bool read_selector(Span argument, Selector& selector);
  bool read_sort_key(Span argument, const SortKey*& out);
  bool read_alias(Span& argument, std::string_view& alias);
  bool read_expression(Span range, Expr& expr, int depth);
  bool read_conditional(Span range, Span question, Expr& expr, int depth);
  bool read_parts(Span range, ExprKind kind, Expr& expr);
  bool read_operand(Span range, Expr& expr);
  Span take_conversion(Span range, Conversion& conversion) const;
  Span find_colon(Span question, uint32_t end) const;

  // parser_predicate.cpp
  bool read_predicates(Span arguments, std::span<const Predicate>& out);
  bool read_predicate(Span range, Ampersand ampersand, Predicate& predicate, uint32_t& end);
  bool read_value(Span range, Ampersand ampersand, Predicate& predicate, uint32_t& end);
  uint32_t quoted_end(Span range, Ampersand ampersand) const;
  uint32_t comparison_at(uint32_t pos, uint32_t end, Cmp& cmp) const;

  // parser_text.cpp: characters, leaves, separators
  Character character_at(uint32_t pos, uint32_t end) const {
    if (pos < end && raw_[pos] != '%') return {raw_[pos], 1};
    return encoded_character_at(pos, end);
  }
  Character encoded_character_at(uint32_t pos, uint32_t end) const;
  char character_before(uint32_t pos, uint32_t begin) const;
  uint32_t blank_at(uint32_t pos, uint32_t end) const;
  Span trim(Span range) const;
  uint32_t dynamic_operator(uint32_t pos, uint32_t end) const;
  bool pairs_with_tilde(uint32_t tilde) const;
  uint32_t skip_blanks(uint32_t pos, uint32_t end) const;
  uint32_t next_outside(char separator, uint32_t pos, uint32_t end) const;
  uint32_t literal_end(uint32_t pos, uint32_t end) const;
  bool is_cut_by_comma(uint32_t quote);
  uint32_t skip_unit(uint32_t pos, Span range) const;
  template <class SizeAt>
  Span find_separator(Span range, SizeAt size_at) const;
  std::string_view raw(Span range) const {
    return raw_.substr(range.begin, range.end - range.begin);
  }
  bool leaf(Span range, std::string_view& out);

  bool fail(SyntaxFault fault, std::string_view message, Span span);
  bool fail_syntax(std::string_view message, Span span) {
    return fail(SyntaxFault::syntax, message, span);
  }
  bool fail_limit(std::string_view what, size_t limit, Span span);
  void note_empty_segment(Span span);

  /// Moves what was pushed since `mark` from a stack into the arena.
  template <class T>
  std::span<const T> take(std::vector<T>& stack, size_t mark) {
    const std::span<const T> items = arena_.copy(std::span<const T>(stack).subspan(mark));
    stack.resize(mark);
    return items;
  }

  Arena arena_;
  std::string_view raw_;
  bool plain_ = true;              // no leaf needs decoding or a look at its UTF-8
  std::vector<uint32_t> closing_;  // offset of "(" → offset of its ")"; other entries are stale
  Bytes decoded_;

  // Nodes whose number is not known yet, innermost list on top.
  std::vector<Link> links_;
  std::vector<Selector> selectors_;
  std::vector<Predicate> predicates_;
  std::vector<Expr> expressions_;
  std::vector<Parameter> parameters_;

  SyntaxFault fault_ = SyntaxFault::none;
  std::string message_;
  Span fault_span_;
  bool empty_segment_ = false;
  Span cut_literal_;
};

/// The first place in `range`, outside parentheses and literals and not in the operator of a
/// dynamic member, where `size_at(pos)` finds a separator; empty at the end of `range` if there is
/// none.
template <class SizeAt>
Span Reader::find_separator(Span range, SizeAt size_at) const {
  uint32_t pos = range.begin;
  while (pos < range.end) {
    if (const uint32_t size = size_at(pos); size > 0) return {pos, pos + size};
    pos = skip_unit(pos, range);
  }
  return {range.end, range.end};
}

}  // namespace waybill::query
