#pragma once

#include <string>

#include "base/arena.hpp"
#include "base/error.hpp"
#include "query/evaluate.hpp"

/// Query parameters are operators behind those of the path.
namespace waybill::query {

/// What a page asks for.
struct Page {
  const SortKey* sort = nullptr;  // null: no `orderby`
  bool is_page = false;           // the answer carries the paging headers
  uint64_t limit = 0;
  bool keeps_sort_member = false;  // `fields=default`: the sort value's member is shown
  bool has_fields = false;
};

struct Parameters {
  std::span<const Link> links;  // the path's and those of the parameters
  Page page;
  Failure failure;  // told after the path's own 404
};

/// `target` must stay. Reports T-Q-16 and T-Q-17.
Parameters read_parameters(const Target& target, const View& view, Surroundings& around);

/// The parameters of a URL as they are written, without empty ones.
std::vector<std::string_view> written_parameters(std::string_view url);

/// The URL as errors show it: parameters rewritten as operators.
std::string normalized_url(std::string_view url);

}  // namespace waybill::query
