#pragma once

#include <algorithm>
#include <vector>

#include "model.hpp"

/// What the model's parts answer with.
namespace waybill::model {

inline const Answer created{201, {}};
inline const Answer not_found{404, "*"};

inline Answer bad(const char* code) {
  return {400, code};
}

inline Answer conflict(const char* code) {
  return {409, code};
}

template <class Value>
bool contains(const std::vector<Value>& all, const Value& wanted) {
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

}  // namespace waybill::model
