#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "http/message.hpp"

/// Commands as HTTP requests.
namespace waybill::model {

struct Request {
  http::Method method = http::Method::get;
  std::string target;
  std::string body;
};

/// The key that the engine gave a shipment; empty if it was never seen.
using KeyOf = std::function<std::string(const std::string& shipment)>;
/// The key of an item of it; empty likewise.
using ItemKeyOf = std::function<std::string(const std::string& shipment, size_t index)>;

/// No target for a command that is no request, or for one that needs a key which there is not.
Request request_of(const Step& step, const KeyOf& key_of, const ItemKeyOf& item_key_of);

/// What makes the world (world.hpp) of an empty engine.
std::vector<Request> world_requests();

/// `PUT /v1/…`, an empty line and the body, as scenarios are written.
std::string text_of(const Request& request);

}  // namespace waybill::model
