#pragma once

#include <string_view>

#include "query/syntax.hpp"

namespace waybill::query {

/// How the text between an operator's parentheses is read (chapter 01 section 3, `args`).
enum class ArgumentForm : uint8_t {
  text,       // kept as it is: numbers, separators, names, and whatever follows an unknown operator
  selectors,  // with, just, without, simpleJust, array, distinctBy
  predicates,  // where, either
  sort_key,    // orderBy
};

/// One row of the catalogue (section 5).
struct OperatorEntry {
  std::string_view name;
  Op op;
  ArgumentForm form;
};

/// The operator of that exact name; an entry with Op::unknown if there is none.
const OperatorEntry& find_operator(std::string_view name);

}  // namespace waybill::query
