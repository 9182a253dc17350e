#pragma once

#include <span>
#include <string_view>

namespace waybill {

/// One request of the demo data, run through the API like any other.
struct DemoRequest {
  std::string_view method;  // PUT, POST, PATCH
  std::string_view target;
  std::string_view body;
};

/// C-90 to C-93, in an order in which references resolve.
std::span<const DemoRequest> demo_requests();

}  // namespace waybill
