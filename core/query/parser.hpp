#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "query/syntax.hpp"

namespace waybill::query {

/// Why a target could not be read.
enum class SyntaxFault : uint8_t {
  none,
  syntax,       // 400 `invalid uri syntax`: `message`, `span` of the invalid section
  not_found,    // 404: outside /v1 and /api/v1, or an empty segment
  too_complex,  // 400 "Query too complex: <what> exceeds <n>": `message`
};

struct ParseResult {
  SyntaxFault fault = SyntaxFault::none;
  std::string message;
  Span span;
  Target target;
};

/// Reads targets into syntax trees. One Parser is used for one request after another: `parse`
/// frees the tree before it. No tree outlives the raw text it was read from.
class Parser {
 public:
  Parser();
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// `target`: path and query as sent, at most limits::target_bytes (checked by the caller).
  ParseResult parse(std::string_view target);

 private:
  struct Arena;
  std::unique_ptr<Arena> arena_;
};

}  // namespace waybill::query
