#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::query {

/// How a query was answered, for `X-Explain: true`.
struct Explanation {
  struct Access {
    std::string collection;            // the table that was read
    std::string access;                // "index", "ordered index", "scan", "count"
    std::vector<std::string> indexes;  // members whose indexes answered predicates or the order
    std::vector<std::string> filters;  // predicates that were held against rows
    std::string order;                 // "natural" or "index"; another is sorted later
  };
  std::vector<Access> accesses;
  uint64_t looked_at = 0;  // rows that came out of tables and indexes
  uint64_t returned = 0;   // elements of the answer, 1 for a single one
};

}  // namespace waybill::query
