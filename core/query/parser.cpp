#include "query/parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "query/parser_reader.hpp"

namespace waybill::query {
namespace {

constexpr std::array<std::pair<std::string_view, ParameterKind>, 6> reserved_parameters{{
    {"limit", ParameterKind::limit},
    {"offset", ParameterKind::offset},
    {"orderby", ParameterKind::order_by},
    {"fields", ParameterKind::fields},
    {"after", ParameterKind::after},
    {"format", ParameterKind::format},
}};

}  // namespace

Parser::Parser() : reader_(std::make_unique<Reader>()) {}
Parser::~Parser() = default;

ParseResult Parser::parse(std::string_view target) {
  return reader_->read(target, Reader::LeadingSlash::required);
}

ParseResult Parser::parse_relative(std::string_view url) {
  return reader_->read(url, Reader::LeadingSlash::optional);
}

ParseResult Reader::read(std::string_view text, LeadingSlash leading_slash) {
  arena_.reset();
  links_.clear();
  selectors_.clear();
  predicates_.clear();
  expressions_.clear();
  parameters_.clear();
  raw_ = text;
  plain_ = true;
  fault_ = SyntaxFault::none;
  empty_segment_ = false;
  cut_literal_ = {};

  ParseResult result;
  if (read_target(leading_slash, result.target) && !empty_segment_) {
    result.target.cut_literal = cut_literal_;
    return result;
  }
  result.fault = fault_ == SyntaxFault::none ? SyntaxFault::not_found : fault_;
  result.message = message_;
  result.span = fault_span_;
  result.target = {};
  return result;
}

bool Reader::read_target(LeadingSlash leading_slash, Target& target) {
  uint32_t begin = 0;
  if (!read_version(leading_slash, target, begin)) return false;
  const auto size = static_cast<uint32_t>(raw_.size());
  const auto question = static_cast<uint32_t>(std::min(raw_.find('?', begin), raw_.size()));
  if (closing_.size() < raw_.size()) closing_.resize(raw_.size());
  const Span path{begin, question};
  const Span query{question == size ? size : question + 1, size};
  return pair_parentheses(path) && pair_parentheses(query) && read_path(path, target.links) &&
         read_parameters(query, target.parameters);
}

/// `/v1` and `/api/v1` are the same tree.
bool Reader::read_version(LeadingSlash leading_slash, Target& target, uint32_t& end) {
  std::string_view rest = raw_;
  if (rest.starts_with('/')) {
    rest.remove_prefix(1);
  } else if (leading_slash == LeadingSlash::required) {
    return fail(SyntaxFault::not_found, "outside /v1", {});
  }
  if (rest.starts_with("api/")) {
    rest.remove_prefix(4);
    target.api_prefix = true;
  }
  const bool is_version =
      rest.starts_with("v1") &&
      (rest.size() == 2 || std::string_view("/~?").find(rest[2]) != std::string_view::npos);
  if (!is_version) {
    return fail(SyntaxFault::not_found, "outside /v1", {0, static_cast<uint32_t>(raw_.size())});
  }
  end = static_cast<uint32_t>(raw_.size() - rest.size() + 2);
  return true;
}

/// Pairs the parentheses of `range`, which must balance there and not nest too deep.
bool Reader::pair_parentheses(Span range) {
  std::array<uint32_t, limits::parenthesis_depth> open;
  size_t depth = 0;
  for (uint32_t pos = range.begin; pos < range.end; ++pos) {
    const char c = raw_[pos];
    if (c == '(') {
      if (depth == open.size()) {
        return fail_limit("levels of parentheses", open.size(), {pos, pos + 1});
      }
      open[depth++] = pos;
    } else if (c == ')') {
      if (depth == 0) return fail_syntax("unexpected closing parenthesis", {pos, pos + 1});
      closing_[open[--depth]] = pos;
    } else if (c == '%' || static_cast<unsigned char>(c) >= 0x80) {
      plain_ = false;
    }
  }
  if (depth > 0) return fail_syntax("parenthesis is never closed", {open[depth - 1], range.end});
  return true;
}

bool Reader::read_parameters(Span range, std::span<const Parameter>& out) {
  uint32_t pos = range.begin;
  while (pos < range.end) {
    const uint32_t end = next_outside('&', pos, range.end);
    if (end > pos) {  // "?" alone and "&&" are no parameters
      if (parameters_.size() == limits::operator_arguments) {
        return fail_limit("parameters", limits::operator_arguments, {pos, end});
      }
      Parameter& parameter = parameters_.emplace_back();
      if (!read_parameter({pos, end}, parameter)) return false;
    }
    pos = end + 1;
  }
  out = take(parameters_, 0);
  return true;
}

bool Reader::read_parameter(Span range, Parameter& parameter) {
  parameter.span = range;
  parameter.raw = raw(range);
  const std::string_view name = parameter.raw.substr(0, parameter.raw.find('='));
  for (const auto& [reserved, kind] : reserved_parameters) {
    if (name == reserved) parameter.kind = kind;
  }
  if (parameter.kind == ParameterKind::predicate) {
    Predicate predicate;
    uint32_t end = range.end;
    if (!read_predicate(range, Ampersand::is_text, predicate, end)) return false;
    parameter.predicate = arena_.make(predicate);
    return true;
  }
  const auto name_end = range.begin + static_cast<uint32_t>(name.size());
  const Span value{std::min(name_end + 1, range.end), range.end};
  if (!leaf(value, parameter.value)) return false;
  if (parameter.kind == ParameterKind::order_by) return read_sort_key(value, parameter.sort);
  if (parameter.kind == ParameterKind::fields) return read_selectors(value, parameter.selectors);
  return true;
}

bool Reader::fail(SyntaxFault fault, std::string_view message, Span span) {
  fault_ = fault;
  message_ = message;
  fault_span_ = span;
  return false;
}

bool Reader::fail_limit(std::string_view what, size_t limit, Span span) {
  fail(SyntaxFault::too_complex, "Query too complex: ", span);
  message_ += what;
  message_ += " exceeds ";
  message_ += std::to_string(limit);
  return false;
}

/// An empty segment is a 404, but only when the rest of the target can be read.
void Reader::note_empty_segment(Span span) {
  if (empty_segment_) return;
  empty_segment_ = true;
  fault_span_ = span;
  message_ = "empty path segment";
}

}  // namespace waybill::query
