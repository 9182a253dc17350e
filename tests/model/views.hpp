#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "model.hpp"

/// What can be read of orders and stock, as lines of text: once of the model, once of the engine's
/// answers. Where the two differ, the lines say what is wrong.
namespace waybill::model {

using Json = nlohmann::json;

/// What to GET for an order, and for the stock of a product.
std::string order_target(const std::string& id);
std::string stock_target(const std::string& sku);
std::string entries_target(const std::string& place);
std::string payments_target();

std::string view_of_order(const Model& model, const Order& order);
std::string view_of_order(const Json& answer);

std::string view_of_stock(const Model& model, const std::string& sku);
std::string view_of_stock(const Json& answer);

std::string view_of_entries(const Model& model, const std::string& place);
std::string view_of_entries(const Json& answer);

/// All payments, with their orders or without.
std::string view_of_payments(const Model& model);
std::string view_of_payments(const Json& answer);

std::string view_of_shipment(const Model& model, const Shipment& shipment);
std::string view_of_shipment(const Json& answer);

}  // namespace waybill::model
